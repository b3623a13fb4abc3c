using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Intake.Consumers;

/// <summary>History's work, as any work; what it is called old by is when something last happened there.</summary>
internal sealed class OnWorkImported : IReactTo<WorkImported>
{
    public Task ReactAsync(WorkImported happened, Reaction reaction, CancellationToken cancellation)
        => OnWorkChanged.Copy(happened.TicketId, happened.LastAt, happened.Work, reaction);
}
