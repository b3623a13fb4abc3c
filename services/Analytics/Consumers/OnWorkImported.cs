using Desk.Analytics.Facts;
using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Analytics.Consumers;

/// <summary>History counts at its own times, as if it had happened here.</summary>
internal sealed class OnWorkImported : IReactTo<WorkImported>
{
    public Task ReactAsync(WorkImported happened, Reaction reaction, CancellationToken cancellation)
        => FactStore.KeepHistory(reaction, happened, reaction.MessageId);
}
