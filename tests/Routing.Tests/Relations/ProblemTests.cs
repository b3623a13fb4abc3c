using Desk.Contracts;
using Desk.Routing.Causes;
using Desk.Routing.Relations;
using Desk.Routing.Tests.Work;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing.Tests.Relations;

/// <summary>Given a cause behind several tickets, it is known, spoken of and solved once for all of them.</summary>
public sealed class ProblemTests
{
    private static readonly DateTimeOffset Ten = Given.Nine.AddHours(1);
    private static readonly Actor Leif = new(ActorKind.Agent, Given.Leif.Id, Given.Leif.Name);
    private static readonly Word Down = new("Växeln är nere.", "The exchange is down.");

    private static readonly Problem Empty = Problem.Of([new Found(Given.Nine, Leif, Guid.Parse("0190f000-0000-7000-8000-00000000bbbb"), "P-1", "Växeln")]);

    [Fact]
    public void A_ticket_is_attached_once_and_shows_its_problem()
    {
        var outcome = Empty.Attach([Given.Ticket().Item], Leif, Ten);
        var problem = After(Empty, outcome);

        Assert.Equal("D-1001", Assert.Single(problem.Tickets).Number);
        Assert.Equal(("P-1", LinkKind.Problem), Assert.IsType<Linked>(Assert.Single(outcome.OnTickets.Values)[0]) is var linked ? (linked.To.Number, linked.As) : default);
        Assert.Null(outcome.Tell);
        Assert.Empty(problem.Attach([Given.Ticket().Item], Leif, Ten).Facts);
    }

    [Fact]
    public void A_major_incident_tells_all_and_says_when_it_speaks_next()
    {
        var problem = After(Empty, Empty.Attach([Given.Ticket().Item], Leif, Ten));
        var declared = problem.Declare(Down, Leif, Ten);
        problem = After(problem, declared);

        Assert.Equal((Down, 1), (declared.Tell!.Value.Word, declared.Tell.Value.Tickets.Count));
        Assert.Equal((Ten, Ten.AddHours(1)), (problem.MajorSince, problem.NextWordAt));
        Assert.Equal(Ten.AddMinutes(100), After(problem, problem.Speak(Down, Leif, Ten.AddMinutes(40))).NextWordAt);
        Refused("problem.major", () => problem.Declare(Down, Leif, Ten));

        // Who comes later hears the last word.
        Assert.Equal(Down, problem.Attach([Given.Ticket().Item with { TicketId = Guid.CreateVersion7(), Number = "D-1009" }], Leif, Ten).Tell!.Value.Word);

        var off = After(problem, problem.CallOff(null, Leif, Ten.AddHours(2)));
        Assert.Equal((null, null, ProblemStatus.Open), (off.MajorSince, off.NextWordAt, off.Status));
        Refused("problem.notMajor", () => off.CallOff(null, Leif, Ten));
    }

    [Fact]
    public void Solved_once_every_open_ticket_is_solved_in_its_requesters_language()
    {
        var english = Given.Ticket().Facts.Select(fact => fact is Registered it ? it with { TicketId = Guid.CreateVersion7(), Number = "D-1002", Language = "en" } : fact).ToList();
        Dossier[] tickets =
        [
            Given.Ticket(Given.Anna), new(1, english),
            Given.Ticket().With([new Closed(Ten, Leif, null)], 2) is var over ? new Dossier(2, [.. over.Facts.Select(fact => fact is Registered it ? it with { TicketId = Guid.CreateVersion7() } : fact)]) : null!,
        ];
        var solved = Empty.Solve(Down, tickets, Given.At(Ten, Given.Leif));

        Assert.Equal(["Växeln är nere.", "The exchange is down."], solved.OnTickets.Values.Select(facts => Assert.IsType<Resolved>(facts[0]).Solution));
        Refused("problem.solved", () => After(Empty, solved).Speak(Down, Leif, Ten));
    }

    [Fact]
    public void What_is_known_of_it_stays_until_more_is_known()
    {
        var known = After(Empty, Empty.Know("Ett kort har brunnit.", null, Leif, Ten));
        known = After(known, known.Know(null, "Ring mobilen.", Leif, Ten));

        Assert.Equal((ProblemStatus.Known, "Ett kort har brunnit.", "Ring mobilen."), (known.Status, known.Cause, known.Workaround));
    }

    private static Problem After(Problem problem, ProblemOutcome outcome) => outcome.Facts.Aggregate(problem, (so, fact) => so.After(fact));

    private static void Refused(string code, Func<object> deed) => Assert.Equal(code, Assert.Throws<RuleBrokenException>(deed).Code);
}
