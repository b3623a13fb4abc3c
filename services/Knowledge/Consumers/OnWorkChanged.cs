using Desk.Contracts;
using Desk.Knowledge.Proposals;
using Desk.Messaging;

namespace Desk.Knowledge.Consumers;

/// <summary>Keeps how a ticket stands: what is open may be part of an outage, what is solved shows how, and what came back was not solved.</summary>
internal sealed class OnWorkChanged :
    IReactTo<TicketReclassified>, IReactTo<TicketStatusChanged>, IReactTo<TicketResolved>, IReactTo<TicketClosed>, IReactTo<TicketMerged>, IReactTo<TicketUnmerged>,
    IReactTo<WorkImported>
{
    public Task ReactAsync(TicketReclassified happened, Reaction reaction, CancellationToken cancellation)
        => Keep(reaction, happened.TicketId, happened.Number, happened.Work);

    public Task ReactAsync(TicketStatusChanged happened, Reaction reaction, CancellationToken cancellation)
    {
        if (happened.From is not (TicketStatus.Resolved or TicketStatus.Closed))
            return Keep(reaction, happened.TicketId, happened.Number, happened.Work);
        TicketCopies.KeepReopened(reaction, happened);
        return Task.CompletedTask;
    }

    public Task ReactAsync(TicketResolved happened, Reaction reaction, CancellationToken cancellation)
    {
        TicketCopies.KeepSolved(reaction, happened);
        return Task.CompletedTask;
    }

    public Task ReactAsync(TicketClosed happened, Reaction reaction, CancellationToken cancellation)
        => Keep(reaction, happened.TicketId, happened.Number, happened.Work);

    public Task ReactAsync(TicketMerged happened, Reaction reaction, CancellationToken cancellation)
        => Keep(reaction, happened.TicketId, happened.Number, happened.Work);

    public Task ReactAsync(TicketUnmerged happened, Reaction reaction, CancellationToken cancellation)
        => Keep(reaction, happened.TicketId, happened.Number, happened.Work);

    public Task ReactAsync(WorkImported happened, Reaction reaction, CancellationToken cancellation)
        => Keep(reaction, happened.TicketId, happened.Number, happened.Work);

    private static Task Keep(Reaction reaction, Guid ticket, string number, Work work)
    {
        TicketCopies.KeepWork(reaction, ticket, number, work);
        return Task.CompletedTask;
    }
}
