using Desk.Contracts;
using Desk.Knowledge.Articles;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>Remembers the agent's teams: an article may be for one of them.</summary>
internal sealed class OnAgentChanged : IReactTo<AgentChanged>
{
    public Task ReactAsync(AgentChanged happened, Reaction reaction, CancellationToken cancellation) => Membership.KeepAsync(reaction, happened, cancellation);
}
