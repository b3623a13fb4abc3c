using Desk.Intake.Requests;
using Desk.Intake.Tickets;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;

namespace Desk.Intake.Tests.Domain;

public class ListRulesTests
{
    [Fact]
    public void Due_and_priority_speak_of_active_tickets_unless_a_status_is_asked_for()
    {
        Assert.True(Read(sort: "due").Active);
        Assert.True(Read(sort: "priority").Active);
        Assert.False(Read(sort: "due", status: "closed").Active);
        Assert.False(Read().Active);
        Assert.True(Read(status: "active").Active);
    }

    [Fact]
    public void Me_is_the_callers_account_and_none_is_nobody()
    {
        Assert.Equal(Callers.Agent.Id, Read(assignee: "me").AssigneeId);
        Assert.True(Read(assignee: "none").Unassigned);
        Assert.Equal("bo.ek@desk.example", Read(assignee: "Bo.Ek@desk.example").AssigneeEmail);
    }

    [Theory]
    [InlineData("status", "opened")]
    [InlineData("sort", "subject")]
    [InlineData("assignee", "Bo Ek")]
    [InlineData("requester", "rut")]
    [InlineData("priority", "P6")]
    [InlineData("channel", "fax")]
    [InlineData("limit", "0")]
    [InlineData("limit", "201")]
    [InlineData("limit", "many")]
    [InlineData("after", "not-a-cursor")]
    [InlineData("q", "a\u0000b")]
    public void What_is_not_understood_is_refused_and_never_ignored(string field, string value)
    {
        var faults = new Faults();
        string? Of(string name) => name == field ? value : null;
        ListTickets.Read(Callers.Agent, Of("status"), null, Of("assignee"), Of("requester"), null, Of("priority"), Of("channel"), Of("q"), Of("sort"),
            Of("after"), Of("limit"), faults);
        Assert.True(faults.Any);
    }

    [Fact]
    public void A_cursor_reads_back_in_its_own_order_only()
    {
        var cursor = new Cursor("-updated", long.MaxValue, Guid.CreateVersion7());
        var faults = new Faults();
        Assert.Equal(cursor, Cursor.Read(cursor.ToString(), "-updated", faults));
        Assert.False(faults.Any);
        Assert.Null(Cursor.Read(cursor.ToString(), "due", faults));
        Assert.True(faults.Any);
    }

    [Theory]
    [InlineData("vpn e-post", "vpn e-post", null)]
    [InlineData("vpn -skrivare", "vpn", "skrivare")]
    [InlineData("-\"hela nätet\" vpn -wifi", "vpn", "\"hela nätet\" or wifi")]
    [InlineData("- --", "- --", null)]
    public void What_must_be_absent_is_told_from_what_is_sought(string sought, string wanted, string? unwanted)
        => Assert.Equal((wanted, unwanted), TicketFilter.SplitExclusions(sought));

    private static TicketFilter Read(string? status = null, string? assignee = null, string? sort = null, Caller? caller = null)
    {
        var faults = new Faults();
        var (filter, limit) = ListTickets.Read(caller ?? Callers.Agent, status, null, assignee, null, null, null, null, null, sort, null, null, faults);
        Assert.False(faults.Any);
        Assert.Equal(25, limit);
        return filter;
    }
}
