using Desk.Contracts;
using Desk.Routing.Relations;
using Desk.Routing.Tests.Work;
using Desk.Routing.Work;
using Desk.ServiceDefaults;

namespace Desk.Routing.Tests.Relations;

/// <summary>Given two tickets about one matter, when they are merged and parted, then nothing is lost, stretched or said twice.</summary>
public sealed class MergeTests
{
    private static readonly DateTimeOffset Ten = Given.Nine.AddHours(1);

    private static readonly Dossier Second = Other("D-1002", "rut.hansson@nordvik.example", "Nordvik kommun");

    [Fact]
    public void The_merged_ticket_is_closed_and_points_at_the_one_that_goes_on()
    {
        var (merged, survivor) = Merge(Given.Ticket(Given.Anna), Second);

        Assert.Equal((TicketStatus.Closed, "D-1002"), (merged.Item.Status, merged.Item.MergedInto?.Number));
        Assert.Equal(["D-1001"], survivor.Item.TakenIn.Select(ticket => ticket.Number));
        Assert.Equal(TicketStatus.New, survivor.Item.Status);
    }

    [Fact]
    public void A_merge_is_said_once_and_promises_nothing_of_the_merged_any_more()
    {
        var before = Given.Ticket(Given.Anna);
        var outcome = Outcome.Of(before, Decide(before, Second).Merged, Given.Desk, Ten);

        var said = Assert.IsType<TicketMerged>(Assert.Single(outcome.Events));
        Assert.Equal(("D-1002", "the same printer"), (said.Into.Number, said.Reason));
        Assert.Empty(said.Work.Targets);
        Assert.Null(outcome.WakeAt);
        Assert.Null(outcome.Next.Code);
    }

    [Fact]
    public void No_promise_falls_due_while_it_is_merged()
    {
        var (merged, _) = Merge(Given.Ticket(Given.Anna), Second);

        Assert.Empty(Outcome.Of(merged, [], Given.Desk, Given.Nine.AddDays(3)).Facts);
    }

    [Fact]
    public void An_undo_brings_status_holder_and_clocks_back_as_they_were()
    {
        var waiting = Given.Ticket(Given.Anna).After(item => PauseTicket.Decide(item, WaitingFor.Supplier, null, null, Given.At(Ten, Given.Anna)));
        var (merged, survivor) = Merge(waiting, Second);
        var (parted, alone) = Unmerge(merged, survivor, Ten.AddHours(2));

        Assert.Equal(waiting.Item with { UpdatedAt = default, HolderHeardAt = default }, parted.Item with { UpdatedAt = default, HolderHeardAt = default });
        Assert.Equal(
            Outcome.WorkOf(waiting, Given.Desk, Ten.AddHours(2)).Targets, Outcome.WorkOf(parted, Given.Desk, Ten.AddHours(2)).Targets);
        Assert.Equal(Outcome.WorkOf(Second, Given.Desk, Ten.AddHours(2)).Targets, Outcome.WorkOf(alone, Given.Desk, Ten.AddHours(2)).Targets);
        Assert.Empty(alone.Item.TakenIn);
    }

    [Fact]
    public void A_promise_that_ran_out_meanwhile_is_missed_when_the_merge_is_undone()
    {
        var (merged, survivor) = Merge(Given.Ticket(Given.Anna), Second);
        var at = Ten.AddHours(4);
        var outcome = Outcome.Of(merged, UnmergeTicket.Decide(merged.Item, null, Given.At(at, Given.Anna)).Merged, Given.Desk, at);

        Assert.Contains(outcome.Events, happened => happened is TicketUnmerged { From.Number: "D-1002" });
        // The answer was promised by eleven, as if nobody had merged anything.
        Assert.Contains(outcome.Events, happened => happened is TargetMissed { Target: TargetKind.Answer } missed && missed.DueAt == Given.Nine.AddHours(2));
        Assert.NotNull(survivor);
    }

    [Fact]
    public void Who_was_unanswered_waits_for_a_reply_where_it_goes_on()
    {
        var (_, survivor) = Merge(Given.Ticket(), Answered(Second));

        Assert.Contains(Outcome.WorkOf(survivor, Given.Desk, Ten).Targets, target => target is { Kind: TargetKind.Reply, MetAt: null } && target.DueAt == Ten.AddHours(4));
    }

    [Fact]
    public void Who_was_answered_waits_for_nothing_new()
    {
        var (_, survivor) = Merge(Answered(Given.Ticket()), Answered(Second));

        Assert.DoesNotContain(Outcome.WorkOf(survivor, Given.Desk, Ten).Targets, target => target.Kind == TargetKind.Reply);
    }

    [Fact]
    public void Whoever_writes_in_the_merged_ticket_is_heard_in_the_other_until_the_merge_is_undone()
    {
        var (merged, survivor) = Merge(Answered(Given.Ticket()), Answered(Second));
        var written = new RequesterReplied(merged.Item.TicketId, "D-1001", Ten.AddHours(1), Guid.CreateVersion7(), Channel.Mail, RoutingDesk.Rut, "Hej", false, null);
        merged = merged.After(item => Replies.Decide(item, written, Given.At(Ten.AddHours(1))));
        survivor = survivor.After(item => Replies.Decide(item, written, Given.At(Ten.AddHours(1))));

        Assert.Equal(Ten.AddHours(5), Reply(survivor, Ten.AddHours(2))?.DueAt);
        Assert.Equal(TicketStatus.Closed, merged.Item.Status);

        var (parted, alone) = Unmerge(merged, survivor, Ten.AddHours(2));
        Assert.Equal(Ten.AddHours(5), Reply(parted, Ten.AddHours(2))?.DueAt);
        Assert.Null(Reply(alone, Ten.AddHours(2)));
    }

    [Fact]
    public void A_round_that_was_missed_in_an_undone_merge_does_not_silence_the_next()
    {
        var (merged, survivor) = Merge(Given.Ticket(), Answered(Second));
        // The merged requester's reply falls due at two in the afternoon, and is missed.
        survivor = Outcome.Of(survivor, [], Given.Desk, Ten.AddHours(5)).After;
        (_, var alone) = Unmerge(merged, survivor, Ten.AddHours(5));
        var asked = alone.With([new RequesterWrote(Ten.AddHours(5), Given.Rut, Guid.CreateVersion7(), false)], 9);

        Assert.Contains(Outcome.Of(asked, [], Given.Desk, Ten.AddDays(2)).Events, happened => happened is TargetMissed { Target: TargetKind.Reply });
    }

    [Theory]
    [InlineData("assign"), InlineData("escalate"), InlineData("pause"), InlineData("resolve"), InlineData("reopen"), InlineData("close"), InlineData("reclassify"), InlineData("merge")]
    public void A_merged_ticket_is_not_worked_on(string verb)
    {
        var item = Merge(Given.Ticket(), Second).Merged;
        Refused("ticket.merged", () => verb switch
        {
            "assign" => AssignTicket.Decide(item.Item, null, Given.Bo, null, Given.At(Ten)),
            "escalate" => EscalateTicket.Decide(item.Item, "network", "why", Given.At(Ten)),
            "pause" => PauseTicket.Decide(item.Item, WaitingFor.Requester, null, null, Given.At(Ten)),
            "resolve" => ResolveTicket.Decide(item.Item, null, null, Given.At(Ten)),
            "reopen" => ReopenTicket.Decide(item.Item, null, Given.At(Ten)),
            "close" => CloseTicket.Decide(item.Item, null, Given.At(Ten)),
            "reclassify" => ReclassifyTicket.Decide(item.Item, new ReclassifyRequest(TicketType.Request, null, null, null, null), Given.At(Ten)),
            _ => Decide(item, Third),
        });
    }

    [Fact]
    public void Chains_and_circles_are_refused()
    {
        var (merged, survivor) = Merge(Given.Ticket(), Second);

        Refused("merge.chain", () => Decide(survivor, Third));
        Refused("merge.chain", () => Decide(Third, merged));
        Refused("merge.chain", () => Decide(survivor, merged));
        // But several may go on in one.
        Assert.Equal(2, Merge(Third, survivor).Survivor.Item.TakenIn.Count);
    }

    [Fact]
    public void Into_what_is_solved_nothing_open_disappears()
        => Refused("ticket.resolved", () => Decide(Given.Ticket(), Second.After(item => ResolveTicket.Decide(item, "done", null, Given.At(Ten, Given.Anna)))));

    [Fact]
    public void Requesters_of_no_common_organisation_read_each_other_only_when_an_agent_says_so()
    {
        var stranger = Other("D-1009", "erik.sund@lindqvist.example", "Lindqvist & Co");

        Refused("merge.strangers", () => Decide(Given.Ticket(), stranger));
        Assert.NotEmpty(MergeTicket.Decide(Given.Ticket(), stranger, true, null, Given.At(Ten, Given.Anna)).Merged);
        Assert.NotEmpty(Decide(Given.Ticket(), Other("D-1010", "kollega@nordvik.example", "Nordvik kommun")).Merged);
    }

    [Fact]
    public void Only_what_is_merged_can_be_parted()
        => Refused("ticket.notMerged", () => UnmergeTicket.Decide(Second.Item, null, Given.At(Ten)));

    [Fact]
    public void A_link_is_on_both_once_and_comes_off_both()
    {
        var (one, other) = LinkTicket.Decide(Given.Ticket().Item, Second.Item, LinkKind.Related, "same building", Given.At(Ten, Given.Anna));
        var (linked, linkedOther) = (Given.Ticket().With(one, 2), Second.With(other, 2));

        Assert.Equal(("D-1002", LinkKind.Related), (linked.Item.Links[0].To.Number, linked.Item.Links[0].Kind));
        Assert.Equal("D-1001", Assert.Single(linkedOther.Item.Links).To.Number);
        Assert.Empty(LinkTicket.Decide(linked.Item, linkedOther.Item, LinkKind.Related, null, Given.At(Ten)).One);

        var (off, offOther) = UnlinkTicket.Decide(linked.Item, linkedOther.Item, null, Given.At(Ten));
        Assert.Empty(linked.With(off, 3).Item.Links);
        Assert.Empty(linkedOther.With(offOther, 3).Item.Links);
        Refused("link.none", () => UnlinkTicket.Decide(Given.Ticket().Item, Second.Item, null, Given.At(Ten)));
    }

    [Fact]
    public void A_child_has_one_parent_and_no_children()
    {
        var (up, down) = LinkTicket.Decide(Given.Ticket().Item, Second.Item, LinkKind.Child, null, Given.At(Ten));
        var (parent, child) = (Given.Ticket().With(up, 2), Second.With(down, 2));

        Assert.Equal((LinkKind.Child, LinkKind.Parent), (parent.Item.Links[0].Kind, child.Item.Links[0].Kind));
        Refused("link.parent", () => LinkTicket.Decide(child.Item, Third.Item, LinkKind.Parent, null, Given.At(Ten)));
        Refused("link.chain", () => LinkTicket.Decide(child.Item, Third.Item, LinkKind.Child, null, Given.At(Ten)));
        Refused("link.chain", () => LinkTicket.Decide(Third.Item, parent.Item, LinkKind.Child, null, Given.At(Ten)));
    }

    [Fact]
    public void A_parent_is_not_solved_before_its_children_unless_it_is_said_that_they_may_be_left()
    {
        Refused("ticket.openChildren", () => { Second.Item.MustBeOver(["D-7"], leaveThem: false, "Solve"); return ""; });
        Second.Item.MustBeOver(["D-7"], leaveThem: true, "Solve");
        Second.Item.MustBeOver([], leaveThem: false, "Solve");
    }

    private static Dossier Third => Other("D-1003", "rut.hansson@nordvik.example", "Nordvik kommun");

    private static Dossier Other(string number, string email, string organisation)
    {
        var facts = Given.Ticket(Given.Bo).Facts.ToList();
        facts[0] = (Registered)facts[0] with { TicketId = Guid.CreateVersion7(), Number = number, RequesterEmail = email, Organisation = organisation };
        return new Dossier(1, facts);
    }

    private static Dossier Answered(Dossier ticket)
        => ticket.With([new AgentWrote(Given.Nine.AddMinutes(10), new Actor(ActorKind.Agent, Given.Anna.Id, Given.Anna.Name), Guid.CreateVersion7())], ticket.Version + 1);

    private static Target? Reply(Dossier ticket, DateTimeOffset at)
        => Outcome.WorkOf(ticket, Given.Desk, at).Targets.FirstOrDefault(target => target is { Kind: TargetKind.Reply, MetAt: null });

    private static (IReadOnlyList<Fact> Merged, IReadOnlyList<Fact> Survivor) Decide(Dossier from, Dossier into)
        => MergeTicket.Decide(from, into, false, "the same printer", Given.At(Ten, Given.Anna));

    private static (Dossier Merged, Dossier Survivor) Merge(Dossier from, Dossier into)
    {
        var (merged, survivor) = Decide(from, into);
        return (from.With(merged, from.Version + 1), into.With(survivor, into.Version + 1));
    }

    private static (Dossier Merged, Dossier Survivor) Unmerge(Dossier merged, Dossier survivor, DateTimeOffset at)
    {
        var (parted, alone) = UnmergeTicket.Decide(merged.Item, "not the same", Given.At(at, Given.Anna));
        return (merged.With(parted, merged.Version + 1), survivor.With(alone, survivor.Version + 1));
    }

    private static void Refused(string code, Func<object> deed) => Assert.Equal(code, Assert.Throws<RuleBrokenException>(deed).Code);
}
