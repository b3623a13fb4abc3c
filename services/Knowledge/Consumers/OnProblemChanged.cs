using Desk.Contracts;
using Desk.Knowledge.Proposals;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>Keeps the open problems: a new ticket may be one of theirs.</summary>
internal sealed class OnProblemChanged : IReactTo<ProblemChanged>
{
    public Task ReactAsync(ProblemChanged happened, Reaction reaction, CancellationToken cancellation)
    {
        reaction.Later(TicketCopies.KeepProblem(happened));
        return Task.CompletedTask;
    }
}
