using Desk.Analytics.Facts;
using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Analytics.Consumers;

/// <summary>Every event that carries the work item is a fact, and may be the newest word on how its ticket stands.</summary>
internal sealed class OnWorkChanged :
    IReactTo<TicketTriaged>, IReactTo<TicketReclassified>, IReactTo<TicketAssigned>, IReactTo<TicketEscalated>, IReactTo<TicketStatusChanged>,
    IReactTo<TicketResolved>, IReactTo<TicketClosed>, IReactTo<TargetMet>, IReactTo<TargetMissed>, IReactTo<TargetAtRisk>, IReactTo<UpdateDue>,
    IReactTo<TicketMerged>, IReactTo<TicketUnmerged>
{
    public Task ReactAsync(TicketTriaged happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Triaged, happened.At, happened.TicketId, happened.Number, Work: happened.Work));

    public Task ReactAsync(TicketReclassified happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Reclassified, happened.At, happened.TicketId, happened.Number, Work: happened.Work));

    public Task ReactAsync(TicketAssigned happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Assigned, happened.At, happened.TicketId, happened.Number, Work: happened.Work));

    public Task ReactAsync(TicketEscalated happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Escalated, happened.At, happened.TicketId, happened.Number, happened.FromTeam, happened.Work));

    public Task ReactAsync(TicketStatusChanged happened, Reaction reaction, CancellationToken cancellation)
    {
        var kind = happened.From is TicketStatus.Resolved or TicketStatus.Closed ? Kinds.Reopened : Kinds.StatusChanged;
        return Keep(reaction, new Fact(reaction.MessageId, kind, happened.At, happened.TicketId, happened.Number, Word(happened.From), happened.Work));
    }

    public Task ReactAsync(TicketResolved happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Resolved, happened.At, happened.TicketId, happened.Number, Work: happened.Work));

    public Task ReactAsync(TicketClosed happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Closed, happened.At, happened.TicketId, happened.Number, Work: happened.Work));

    public Task ReactAsync(TicketMerged happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Merged, happened.At, happened.TicketId, happened.Number, happened.Into.Number, happened.Work));

    public Task ReactAsync(TicketUnmerged happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.Unmerged, happened.At, happened.TicketId, happened.Number, happened.From.Number, happened.Work));

    public Task ReactAsync(TargetMet happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction,
        new Fact(reaction.MessageId, Kinds.Met, happened.MetAt, happened.TicketId, happened.Number, Word(happened.Target), happened.Work, happened.DueAt, happened.Missed));

    public Task ReactAsync(TargetMissed happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction,
        new Fact(reaction.MessageId, Kinds.Missed, happened.At, happened.TicketId, happened.Number, Word(happened.Target), happened.Work, happened.DueAt, true));

    public Task ReactAsync(TargetAtRisk happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction,
        new Fact(reaction.MessageId, Kinds.AtRisk, happened.At, happened.TicketId, happened.Number, Word(happened.Target), happened.Work, happened.DueAt));

    public Task ReactAsync(UpdateDue happened, Reaction reaction, CancellationToken cancellation) => Keep(
        reaction, new Fact(reaction.MessageId, Kinds.UpdateDue, happened.At, happened.TicketId, happened.Number, Work: happened.Work, DueAt: happened.DueAt));

    private static Task Keep(Reaction reaction, Fact fact) => FactStore.KeepWork(reaction, fact);

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
