using Desk.Analytics.Facts;
using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Analytics.Consumers;

internal sealed class OnReplied : IReactTo<RequesterReplied>, IReactTo<AgentReplied>
{
    public Task ReactAsync(RequesterReplied happened, Reaction reaction, CancellationToken cancellation) => FactStore.Keep(
        reaction,
        new Fact(reaction.MessageId, Kinds.RequesterReplied, happened.At, happened.TicketId, happened.Number, happened.Channel.ToString().ToLowerInvariant()));

    public Task ReactAsync(AgentReplied happened, Reaction reaction, CancellationToken cancellation) => FactStore.KeepSpoken(
        reaction, new Fact(reaction.MessageId, Kinds.AgentReplied, happened.At, happened.TicketId, happened.Number));
}
