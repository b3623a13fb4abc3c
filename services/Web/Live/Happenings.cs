using Desk.Contracts;
using Desk.Messaging;

namespace Desk.Web.Live;

/// <summary>Something happened to a ticket. What is the event's name.</summary>
public sealed record Happening(string? Number, string What);

/// <summary>
/// What passes between the services, for open pages: it says only that something happened, and the page asks the API for what its reader may see.
/// So no event's content can reach a screen it is not meant for.
/// </summary>
internal sealed class Happenings :
    IHear<TicketRegistered>, IHear<TicketTriaged>, IHear<TicketReclassified>, IHear<TicketAssigned>, IHear<TicketEscalated>, IHear<TicketStatusChanged>,
    IHear<TicketResolved>, IHear<TicketClosed>, IHear<TargetMet>, IHear<TargetAtRisk>, IHear<TargetMissed>, IHear<UpdateDue>, IHear<BlackHoleFound>, IHear<WorkChanged>,
    IHear<TicketMerged>, IHear<TicketUnmerged>, IHear<RequesterReplied>, IHear<AgentReplied>, IHear<NoteAdded>, IHear<SolutionsProposed>, IHear<MailAccounted>, IHear<MessageDelivered>, IHear<DeliveryFailed>, IHear<AgentTold>, IHear<ProblemChanged>
{
    public event Action<Happening>? Happened;

    public Task HearAsync(TicketRegistered happened, CancellationToken cancellation) => Say(happened.Number, nameof(TicketRegistered));
    public Task HearAsync(TicketTriaged happened, CancellationToken cancellation) => Say(happened.Number, nameof(TicketTriaged));
    public Task HearAsync(TicketReclassified happened, CancellationToken cancellation) => Say(happened.Number, nameof(TicketReclassified));
    public Task HearAsync(TicketAssigned happened, CancellationToken cancellation) => Say(happened.Number, nameof(TicketAssigned));
    public Task HearAsync(TicketEscalated happened, CancellationToken cancellation) => Say(happened.Number, nameof(TicketEscalated));
    public Task HearAsync(TicketStatusChanged happened, CancellationToken cancellation) => Say(happened.Number, nameof(TicketStatusChanged));
    public Task HearAsync(TicketResolved happened, CancellationToken cancellation) => Say(happened.Number, nameof(TicketResolved));
    public Task HearAsync(TicketClosed happened, CancellationToken cancellation) => Say(happened.Number, nameof(TicketClosed));
    public Task HearAsync(TargetMet happened, CancellationToken cancellation) => Say(happened.Number, nameof(TargetMet));
    public Task HearAsync(TargetAtRisk happened, CancellationToken cancellation) => Say(happened.Number, nameof(TargetAtRisk));
    public Task HearAsync(TargetMissed happened, CancellationToken cancellation) => Say(happened.Number, nameof(TargetMissed));
    public Task HearAsync(UpdateDue happened, CancellationToken cancellation) => Say(happened.Number, nameof(UpdateDue));
    public Task HearAsync(BlackHoleFound happened, CancellationToken cancellation) => Say(happened.Number, nameof(BlackHoleFound));
    public Task HearAsync(WorkChanged happened, CancellationToken cancellation) => Say(happened.Number, nameof(WorkChanged));
    public Task HearAsync(TicketMerged happened, CancellationToken cancellation) => SayOfBoth(happened.Number, happened.Into, nameof(TicketMerged));
    public Task HearAsync(TicketUnmerged happened, CancellationToken cancellation) => SayOfBoth(happened.Number, happened.From, nameof(TicketUnmerged));
    public Task HearAsync(RequesterReplied happened, CancellationToken cancellation) => SayOfBoth(happened.Number, happened.MergedInto, nameof(RequesterReplied));
    public Task HearAsync(AgentReplied happened, CancellationToken cancellation) => Say(happened.Number, nameof(AgentReplied));
    public Task HearAsync(NoteAdded happened, CancellationToken cancellation) => Say(happened.Number, nameof(NoteAdded));
    public Task HearAsync(SolutionsProposed happened, CancellationToken cancellation) => Say(happened.Number, nameof(SolutionsProposed));
    public Task HearAsync(MailAccounted happened, CancellationToken cancellation) => Say(happened.Number, nameof(MailAccounted));
    public Task HearAsync(MessageDelivered happened, CancellationToken cancellation) => Say(happened.Number, nameof(MessageDelivered));
    public Task HearAsync(DeliveryFailed happened, CancellationToken cancellation) => Say(happened.Number, nameof(DeliveryFailed));

    public Task HearAsync(AgentTold happened, CancellationToken cancellation) => Say(happened.Ticket?.Number, nameof(AgentTold));

    public Task HearAsync(ProblemChanged happened, CancellationToken cancellation) => Say(happened.Number, nameof(ProblemChanged));

    /// <summary>What is said in a merged ticket shows in the one it goes on in.</summary>
    private Task SayOfBoth(string number, TicketRef? other, string what)
    {
        if (other is not null)
            Say(other.Number, what);
        return Say(number, what);
    }

    private Task Say(string? number, string what)
    {
        Happened?.Invoke(new Happening(number, what));
        return Task.CompletedTask;
    }
}
