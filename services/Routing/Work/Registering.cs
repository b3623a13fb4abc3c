using Desk.Contracts;
using Desk.Routing.Checklists;
using Desk.Routing.Holders;
using Desk.Routing.Relations;
using Desk.Routing.SetUp;
using Desk.Routing.Triage;

namespace Desk.Routing.Work;

/// <summary>A contact becomes work: it is triaged, promised an answer, and given to somebody.</summary>
internal static class Registering
{
    private static readonly Actor TheDesk = new(ActorKind.System, null, null);

    public static Verdict Sort(TicketRegistered registered, DeskSetUp desk, Func<string, Guess?> guess) => Verdict.Of(
        new Contact(registered.Channel, registered.Requester.Email, registered.Requester.Organisation, registered.Subject, registered.Text, registered.Type,
            registered.Category, registered.Impact, registered.Urgency, registered.Team, registered.Requester.Vip), desk, guess);

    /// <summary>Helper: who had this person's last ticket, where that counts.</summary>
    public static IReadOnlyList<Fact> Decide(
        TicketRegistered registered, Verdict verdict, DeskSetUp desk, Standing standing, DateTimeOffset now, Guid? helper = null)
    {
        var requester = registered.Requester;
        var holder = Choice.Of(
            desk, desk.Team(verdict.Team), new Seeking(verdict.Category, registered.Channel, registered.At, helper), standing, now);
        List<Fact> facts =
        [
            new Registered(
                registered.At, new Actor(ActorKind.Requester, requester.Id, requester.Name ?? requester.Email), registered.TicketId, registered.Number,
                registered.Channel, requester.Email, requester.Name, requester.Language, requester.Organisation, registered.Cc, registered.Agreement, requester.Vip),
            new Triaged(
                now, TheDesk, verdict.Type, verdict.Category, verdict.Impact, verdict.Urgency, verdict.Priority, verdict.Team, verdict.Certainty,
                desk.PledgeTo(requester.Organisation, verdict.Category, verdict.Priority, registered.Agreement), verdict.Why),
        ];
        facts.AddRange(Checklist.For(verdict.Type, verdict.Category, desk, TheDesk, now));
        if (registered.Origin is { } origin)
            facts.Add(new Linked(now, origin.By, origin.Ticket, origin.Continues ? LinkKind.Continues : LinkKind.SplitFrom, origin.Reason));
        if (holder is not null)
            facts.Add(new Assigned(now, TheDesk, verdict.Team, holder.Id, holder.Name, null));
        return facts;
    }
}
