using Desk.Contracts;
using Desk.Routing.Clocks;
using Desk.Routing.Tests.Calendars;
using static Desk.Routing.Clocks.ClockEventType;

namespace Desk.Routing.Tests.Clocks;

/// <summary>Given what happened on Monday the first of June 2026 (or later), when the clocks are read, then each is as promised.</summary>
public sealed class ClockFoldTests
{
    private static readonly Promises Promised = new(TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8));

    [Fact]
    public void A_registration_starts_answer_update_and_resolution()
    {
        var clocks = Read("1 10:00", (Registered, "1 09:00"));

        Assert.Equal([TargetKind.Answer, TargetKind.Update, TargetKind.Resolution], clocks.Keys);
        Assert.Equal(At("1 10:00"), clocks[TargetKind.Answer].DueAt);
        Assert.Equal(At("1 13:00"), clocks[TargetKind.Update].DueAt);
        Assert.Equal(At("1 17:00"), clocks[TargetKind.Resolution].DueAt);
    }

    [Fact]
    public void The_first_message_of_an_agent_is_the_answer_and_later_ones_are_not()
    {
        var answer = Read("1 12:00", (Registered, "1 09:00"), (AgentMessage, "1 09:45"), (AgentMessage, "1 11:00"))[TargetKind.Answer];

        Assert.Equal(At("1 09:45"), answer.MetAt);
        Assert.Equal(TimeSpan.FromMinutes(45), answer.Worked(At("1 12:00")));
        Assert.False(answer.Missed(At("1 12:00")));
    }

    [Fact]
    public void Met_at_the_very_instant_is_in_time_and_a_second_later_is_not()
    {
        Assert.False(Read("1 12:00", (Registered, "1 09:00"), (AgentMessage, "1 10:00"))[TargetKind.Answer].Missed(At("1 12:00")));
        Assert.True(Read("1 12:00", (Registered, "1 09:00"), (AgentMessage, "1 10:00:01"))[TargetKind.Answer].Missed(At("1 12:00")));
    }

    [Fact]
    public void A_pause_moves_what_is_due_by_its_working_time()
    {
        var resolution = Read("1 15:00", (Registered, "1 09:00"), (Paused, "1 10:00"), (Resumed, "1 12:30"))[TargetKind.Resolution];

        Assert.Equal(At("2 10:30"), resolution.DueAt);
        Assert.Equal(TimeSpan.FromHours(3.5), resolution.Worked(At("1 15:00")));
    }

    [Fact]
    public void A_paused_clock_is_not_due()
    {
        var resolution = Read("3 10:00", (Registered, "1 09:00"), (Paused, "1 10:00"))[TargetKind.Resolution];

        Assert.True(resolution.IsPaused);
        Assert.Null(resolution.DueAt);
        Assert.False(resolution.Missed(At("3 10:00")));
    }

    [Fact]
    public void What_was_missed_before_the_pause_stays_missed()
    {
        var answer = Read("3 10:00", (Registered, "1 09:00"), (Paused, "1 11:00"))[TargetKind.Answer];

        Assert.Equal(At("1 10:00"), answer.DueAt);
        Assert.True(answer.Missed(At("3 10:00")));
    }

    [Fact]
    public void What_is_met_in_a_pause_is_met_in_time()
        => Assert.False(Read("3 10:00", (Registered, "1 09:00"), (Paused, "1 09:30"), (AgentMessage, "2 09:00"))[TargetKind.Answer].Missed(At("3 10:00")));

    [Fact]
    public void Unanswered_messages_count_from_the_oldest()
    {
        var reply = Read("1 13:00", (Registered, "1 09:00"), (AgentMessage, "1 09:10"), (RequesterMessage, "1 10:00"), (RequesterMessage, "1 11:30"))[TargetKind.Reply];

        Assert.Equal(At("1 12:00"), reply.DueAt);
        Assert.True(reply.Missed(At("1 13:00")));
    }

    [Fact]
    public void After_a_reply_the_next_message_starts_another_clock()
    {
        var reply = Read("1 14:00", (Registered, "1 09:00"), (RequesterMessage, "1 10:00"), (AgentMessage, "1 11:00"), (RequesterMessage, "1 13:00"))[TargetKind.Reply];

        Assert.Equal((2, At("1 15:00"), null), (reply.Number, reply.DueAt, reply.MetAt));
    }

    [Fact]
    public void A_message_is_owed_a_reply_also_while_the_work_is_paused()
        => Assert.Equal(At("1 13:00"), Read("1 12:00", (Registered, "1 09:00"), (Paused, "1 10:00"), (RequesterMessage, "1 11:00"))[TargetKind.Reply].DueAt);

    [Fact]
    public void Every_word_to_the_requester_renews_the_update()
    {
        var update = Read("2 09:00", (Registered, "1 09:00"), (AgentMessage, "1 12:00"), (AgentMessage, "1 15:00"))[TargetKind.Update];

        Assert.Equal((3, At("2 10:00")), (update.Number, update.DueAt));
    }

    [Fact]
    public void A_solution_meets_all_that_is_still_owed()
    {
        var clocks = Read("2 09:00", (Registered, "1 09:00"), (RequesterMessage, "1 09:20"), (Resolved, "1 09:50"));

        Assert.All(clocks.Values, clock => Assert.Equal(At("1 09:50"), clock.MetAt));
    }

    [Fact]
    public void A_reopened_ticket_goes_on_with_the_time_it_had_used()
    {
        var resolution = Read("2 12:00", (Registered, "1 09:00"), (Resolved, "1 12:00"), (Reopened, "2 11:00"))[TargetKind.Resolution];

        Assert.Null(resolution.MetAt);
        Assert.Equal(TimeSpan.FromHours(4), resolution.Worked(At("2 12:00")));
        Assert.Equal(At("2 16:00"), resolution.DueAt);
    }

    [Fact]
    public void Closing_without_an_answer_is_no_answer()
    {
        var clocks = Read("2 12:00", (Registered, "1 09:00"), (Closed, "1 09:30"));

        Assert.Equal((null, At("1 09:30")), (clocks[TargetKind.Answer].MetAt, clocks[TargetKind.Answer].EndedAt));
        Assert.False(clocks[TargetKind.Answer].Missed(At("2 12:00")));
        Assert.Equal(At("1 09:30"), clocks[TargetKind.Resolution].MetAt);
    }

    [Fact]
    public void New_promises_hold_from_the_start_and_the_pause_stays_out()
    {
        var shorter = new Terms(new Promises(Resolution: TimeSpan.FromHours(2)), Offices.Stockholm);
        var clocks = Current(
            "1 14:00", new(At("1 09:00"), Registered, new Terms(Promised, Offices.Stockholm)), new(At("1 10:00"), Paused), new(At("1 12:00"), Resumed),
            new(At("1 12:30"), Retargeted, shorter));

        Assert.Equal(At("1 13:00"), clocks[TargetKind.Resolution].DueAt);
        Assert.True(clocks[TargetKind.Resolution].Missed(At("1 14:00")));
        // What is no longer promised ends.
        Assert.Equal(At("1 12:30"), clocks[TargetKind.Answer].EndedAt);
    }

    [Fact]
    public void Met_promises_keep_the_terms_they_were_met_under()
    {
        var longer = new Terms(Promised with { Answer = TimeSpan.FromHours(9) }, Offices.Stockholm);
        var answer = Current(
            "1 14:00", new(At("1 09:00"), Registered, new Terms(Promised, Offices.Stockholm)), new(At("1 11:00"), AgentMessage), new(At("1 12:00"), Retargeted, longer))
            [TargetKind.Answer];

        Assert.Equal((At("1 10:00"), true), (answer.DueAt, answer.Missed(At("1 14:00"))));
    }

    [Fact]
    public void Events_are_taken_by_their_own_time()
    {
        var late = Read("1 12:00", (Registered, "1 09:00"), (RequesterMessage, "1 11:00"), (AgentMessage, "1 09:30"));

        Assert.Equal(At("1 09:30"), late[TargetKind.Answer].MetAt);
        Assert.Null(late[TargetKind.Reply].MetAt);
    }

    [Fact]
    public void What_comes_later_than_the_reading_is_not_known_then()
        => Assert.Null(Read("1 09:10", (Registered, "1 09:00"), (AgentMessage, "1 09:30"))[TargetKind.Answer].MetAt);

    [Fact]
    public void Every_due_time_can_be_explained_in_words_and_numbers()
    {
        var at = At("5 12:00");
        var clocks = ClockFold.Of(
            [new(At("1 16:00"), Registered, new Terms(new Promises(Resolution: TimeSpan.FromHours(4)), Offices.Stockholm)), new(At("2 09:00"), Paused), new(At("2 10:00"), Resumed)], at);
        var steps = Explanation.Of(clocks, at);

        Assert.Equal([StepKind.Started, StepKind.Closed, StepKind.Paused, StepKind.Resumed, StepKind.Missed], steps.Select(step => step.Kind));
        Assert.Equal("Lösning: lovat inom 4 tim arbetstid, senast 2026-06-02 11:00.", steps[0].Sv);
        Assert.Equal("Closed until 2026-06-02 08:00: the time does not count.", steps[1].En);
        Assert.Equal("Pausad efter 2 tim; 2 tim återstår.", steps[2].Sv);
        Assert.Equal("Runs again after 2 h, now by 2026-06-02 12:00.", steps[3].En);
        Assert.Equal([0, 3600, 7200, 7200, 14400], steps.Select(step => step.WorkingSeconds));
        Assert.Equal(At("2 12:00"), steps[4].At);
    }

    private static Dictionary<TargetKind, Clock> Read(string at, params (ClockEventType Type, string At)[] events)
        => Current(at, [.. events.Select(happened => new ClockEvent(
            At(happened.At), happened.Type, happened.Type == Registered ? new Terms(Promised, Offices.Stockholm) : null))]);

    private static Dictionary<TargetKind, Clock> Current(string at, params ClockEvent[] events)
        => ClockFold.Current(ClockFold.Of(events, At(at))).ToDictionary(clock => clock.Target);

    /// <summary>Day of June 2026 and local time; Stockholm is two hours before UTC all that month.</summary>
    private static DateTimeOffset At(string dayAndTime)
    {
        var (day, time) = (dayAndTime.Split(' ')[0], TimeSpan.Parse(dayAndTime.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
        return new DateTimeOffset(2026, 6, int.Parse(day, System.Globalization.CultureInfo.InvariantCulture), 0, 0, 0, TimeSpan.FromHours(2)).Add(time).ToUniversalTime();
    }
}
