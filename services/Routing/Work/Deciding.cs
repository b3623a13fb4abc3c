using Desk.Contracts;
using Desk.Routing.Holders;
using Desk.Routing.SetUp;
using Desk.ServiceDefaults;

namespace Desk.Routing.Work;

/// <summary>What a decision is made with: the set-up, who asks, the time, and how the agents stand.</summary>
internal sealed record Deciding(DeskSetUp Desk, Actor By, DateTimeOffset Now, Standing Standing)
{
    /// <summary>Whom of a team the ticket is handed to; null when the team itself holds it.</summary>
    public Agent? HolderOf(WorkItem item, string? team, Guid? not = null)
        => Choice.Of(Desk, Desk.Team(team), Seeking.Of(item) with { Not = not }, Standing, Now);

    /// <summary>Asked after this long, when nobody said a time.</summary>
    private const int FollowUpDays = 3;

    /// <summary>Solved tickets are closed after this long, when nobody says that all is not well.</summary>
    private const int CloseDays = 5;

    public DateTimeOffset? FollowUpAt(WorkItem item) => Calendar(item)?.AddWorkingDays(Now, FollowUpDays);

    public DateTimeOffset? CloseAt(WorkItem item) => Calendar(item)?.AddWorkingDays(Now, CloseDays);

    private Calendars.Calendar? Calendar(WorkItem item) => item.Pledge is { } pledge ? Desk.Terms(pledge).Calendar : null;
}

/// <summary>What a ticket's status allows.</summary>
internal static class Legal
{
    /// <exception cref="RuleBrokenException"><c>ticket.resolved</c>, <c>ticket.merged</c> or <c>ticket.closed</c>.</exception>
    public static void MustBeOpen(this WorkItem item, string what)
    {
        item.MustNotBeClosed(what);
        if (item.Status == TicketStatus.Resolved)
            throw new RuleBrokenException("ticket.resolved", Phrase.Of($"{item.Number} är löst: öppna det igen först.", $"{item.Number} is solved: reopen it, then {what} it."));
    }

    /// <exception cref="RuleBrokenException"><c>ticket.merged</c> or <c>ticket.closed</c>.</exception>
    public static void MustNotBeClosed(this WorkItem item, string what)
    {
        if (item.MergedInto is { } into)
            throw new RuleBrokenException("ticket.merged", Phrase.Of($"{item.Number} är hopslaget med {into.Number}: arbeta i det, eller ångra hopslagningen.", $"{item.Number} is merged into {into.Number}: {what} that one, or undo the merge."));
        if (item.Status == TicketStatus.Closed)
            throw new RuleBrokenException("ticket.closed", Phrase.Of($"{item.Number} är avslutat och förblir det. Registrera ett nytt ärende.", $"{item.Number} is closed and stays so: nobody can {what} it. Register a new ticket."));
    }
}
