using Desk.Contracts;
using Desk.Intake.Consumers;

namespace Desk.Intake.Tests.Domain;

public class WorkCopyRulesTests
{
    private static readonly DateTimeOffset Noon = Works.Noon;

    [Fact]
    public void The_next_due_time_is_the_earliest_that_is_neither_met_nor_paused() => Assert.Equal(Noon.AddHours(3), Due(
        new Target(TargetKind.Answer, Noon.AddHours(1), Noon, false, false),
        new Target(TargetKind.Reply, Noon.AddHours(2), null, false, Paused: true),
        new Target(TargetKind.Update, Noon.AddHours(3), null, false, false),
        new Target(TargetKind.Resolution, Noon.AddHours(4), null, false, false)));

    [Fact]
    public void A_missed_target_is_due_until_it_is_met()
        => Assert.Equal(Noon.AddHours(-1), Due(new Target(TargetKind.Answer, Noon.AddHours(-1), null, Missed: true, false)));

    [Fact]
    public void Nothing_is_due_when_everything_is_met() => Assert.Null(Due(new Target(TargetKind.Answer, Noon, Noon, false, false)));

    [Fact]
    public void Clocks_are_stored_as_the_api_shows_them() => Assert.Equal(
        """[{"target":"answer","dueAt":"2026-03-02T12:00:00+00:00","missed":false,"paused":false}]""",
        OnWorkChanged.ClocksOf(Works.Triaged with { Targets = [new Target(TargetKind.Answer, Noon, null, false, false)] }));

    private static DateTimeOffset? Due(params Target[] targets) => OnWorkChanged.NextDue(Works.Triaged with { Targets = targets });
}
