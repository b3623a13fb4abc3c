using Desk.Analytics.Staffing;

namespace Desk.Analytics.Tests.Staffing;

public class StaffingPlanTests
{
    private static readonly StaffingRequest Half = new(100, 30, 180, 20, 0.8, 0.85, 0.3, null);

    [Fact]
    public void The_plan_is_the_fewest_agents_that_keep_the_promise()
    {
        var plan = StaffingPlan.For(Half);
        Assert.Equal((14, 20), (plan.Agents, plan.Positions));
        Assert.True(plan.ServiceLevel >= 0.8);
        Assert.True(Erlang.WithEndlessPatience(13, Half.Load, 180, 20)!.ServiceLevel < 0.8);
    }

    [Fact]
    public void Nobody_is_kept_busier_than_allowed()
        => Assert.Equal(Math.Ceiling(10 / 0.5), StaffingPlan.For(Half with { MaxOccupancy = 0.5 }).Agents);

    [Fact]
    public void Without_shrinkage_positions_are_agents() => Assert.Equal(14, StaffingPlan.For(Half with { Shrinkage = null }).Positions);

    [Fact]
    public void Without_calls_nobody_is_needed() => Assert.Equal(0, StaffingPlan.For(Half with { Calls = 0 }).Agents);

    [Fact]
    public void Callers_who_give_up_never_make_it_need_more_agents()
    {
        for (var calls = 1.0; calls < 2000; calls *= 1.7)
        {
            var endless = StaffingPlan.For(Half with { Calls = calls, MaxOccupancy = null });
            var giving = StaffingPlan.For(Half with { Calls = calls, MaxOccupancy = null, PatienceSeconds = 3600 });
            Assert.InRange(giving.Agents, 1, endless.Agents);
            Assert.True(giving.ServiceLevel >= 0.8);
        }
    }

    [Fact]
    public void A_large_desk_is_planned_too() => Assert.InRange(StaffingPlan.For(Half with { Calls = 90_000 }).Agents, 9_000, 11_000);

    [Theory]
    [InlineData(-1, 30, 180, 0.8, "calls")]
    [InlineData(100, 0, 180, 0.8, "intervalMinutes")]
    [InlineData(100, 30, 0, 0.8, "handleSeconds")]
    [InlineData(100, 30, 180, 1, "serviceLevel")]
    [InlineData(double.NaN, 30, 180, 0.8, "calls")]
    [InlineData(1_000_000, 1, 86_400, 0.8, "calls")]
    public void What_makes_no_sense_is_named(double calls, double interval, double handle, double level, string field)
        => Assert.Contains(field, (Half with { Calls = calls, IntervalMinutes = interval, HandleSeconds = handle, ServiceLevel = level }).Faults().Keys);
}
