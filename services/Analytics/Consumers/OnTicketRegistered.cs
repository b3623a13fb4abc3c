using Desk.Analytics.Facts;
using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Analytics.Consumers;

internal sealed class OnTicketRegistered : IReactTo<TicketRegistered>
{
    public Task ReactAsync(TicketRegistered happened, Reaction reaction, CancellationToken cancellation) => FactStore.KeepRegistration(
        reaction,
        new Fact(reaction.MessageId, Kinds.Registered, happened.At, happened.TicketId, happened.Number, happened.Channel.ToString().ToLowerInvariant()),
        happened.Subject);
}
