using Desk.Analytics.Facts;
using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Analytics.Consumers;

internal sealed class OnReplied : IReactTo<RequesterReplied>, IReactTo<AgentReplied>
{
    public Task ReactAsync(RequesterReplied happened, Reaction reaction, CancellationToken cancellation) => FactStore.KeepAsync(
        reaction.Transaction,
        new Fact(reaction.MessageId, Kinds.RequesterReplied, happened.At, happened.TicketId, happened.Number, happened.Channel.ToString().ToLowerInvariant()), cancellation);

    public Task ReactAsync(AgentReplied happened, Reaction reaction, CancellationToken cancellation) => FactStore.KeepSpokenAsync(
        reaction.Transaction, new Fact(reaction.MessageId, Kinds.AgentReplied, happened.At, happened.TicketId, happened.Number), cancellation);
}
