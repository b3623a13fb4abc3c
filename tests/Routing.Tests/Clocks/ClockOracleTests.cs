using System.Globalization;
using Desk.Contracts;
using Desk.Routing.Clocks;
using Desk.Routing.Tests.Calendars;
using FsCheck;
using FsCheck.Fluent;

namespace Desk.Routing.Tests.Clocks;

public sealed class ClockOracleTests
{
    // As many as asked for: DESK_CASES=100000 dotnet test tests/Routing.Tests --filter FullyQualifiedName~ClockOracle
    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("DESK_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 300;

    private static readonly TargetKind[] Targets = Enum.GetValues<TargetKind>();

    private static readonly Gen<PlainTerms> Terms =
        from calendar in AnyTime.Calendar
        from minutes in Gen.Choose(-60, 600).ArrayOf(Targets.Length)
        select new PlainTerms(calendar, Targets.Zip(minutes).Where(pair => pair.Second > 0).ToDictionary(pair => pair.First, pair => pair.Second));

    private static readonly Gen<Step> Next =
        from after in Gen.OneOf(Gen.Choose(1, 60), Gen.Choose(1, 900))
        from type in Gen.Elements(
            ClockEventType.RequesterMessage, ClockEventType.AgentMessage, ClockEventType.AgentMessage, ClockEventType.Paused, ClockEventType.Paused, ClockEventType.Resumed,
            ClockEventType.Resolved, ClockEventType.Reopened, ClockEventType.Closed, ClockEventType.Retargeted)
        from terms in Terms
        select new Step(after, type, type == ClockEventType.Retargeted ? terms : null);

    private static readonly Gen<Life> Lives =
        from start in AnyTime.Time
        from terms in Terms
        from count in Gen.Choose(0, 9)
        from steps in Next.ArrayOf(count)
        from later in Gen.Choose(0, 900)
        select new Life(start, [.. steps.Aggregate(
            new List<Step> { new(0, ClockEventType.Registered, terms) }, (life, step) => [.. life, step with { Minute = life[^1].Minute + step.Minute }])], later);

    [Fact]
    public void Every_clock_shows_what_living_through_the_ticket_minute_by_minute_shows()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(Arb.From(Lives), life =>
        {
            var at = life.Steps[^1].Minute + life.Later;
            var slowly = new ClockOracle(life.Start).Read(life.Steps, at);
            var clocks = ClockFold.Of(life.Steps.Select(step => new ClockEvent(life.At(step.Minute), step.Type, step.Terms?.Terms)), life.At(at));
            return slowly.Select(clock => clock.ToString()).SequenceEqual(clocks.Select(clock => life.Plain(clock, at).ToString()))
                .Label($"{life}\nslowly: {string.Join("\n        ", slowly)}\nfolded: {string.Join("\n        ", clocks.Select(clock => life.Plain(clock, at)))}");
        }));

    private sealed record Life(DateTimeOffset Start, IReadOnlyList<Step> Steps, int Later)
    {
        public DateTimeOffset At(int minute) => Start.AddMinutes(minute);

        private int? Minute(DateTimeOffset? at) => at is { } time ? (int)(time - Start).TotalMinutes : null;

        public PlainClock Plain(Clock clock, int at)
        {
            // Beyond the oracle's sight is as good as never.
            var due = Minute(clock.DueAt) is { } minute && minute <= (Minute(clock.MetAt ?? clock.EndedAt) ?? at) + ClockOracle.Sight ? minute : (int?)null;
            return new PlainClock(
                clock.Target, clock.Number, clock.IsPaused, Minute(clock.MetAt), Minute(clock.EndedAt), (int)clock.Worked(At(at)).TotalMinutes, due, clock.Missed(At(at)));
        }

        public override string ToString()
            => $"{Start:O} {string.Join(", ", Steps.Select(step => $"{step.Minute} {step.Type}{(step.Terms is { } terms ? $" ({terms.Calendar} {string.Join(' ', terms.Minutes)})" : "")}"))}, then {Later}";
    }
}
