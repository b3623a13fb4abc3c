using Desk.Analytics.Staffing;

namespace Desk.Analytics.Tests.Staffing;

public class ErlangTests
{
    [Theory]
    [InlineData(1, 1.0, 1 / 2.0)]
    [InlineData(2, 1.0, 1 / 5.0)]
    [InlineData(3, 2.0, 4 / 19.0)]
    public void Blocking_is_what_the_fraction_says(int servers, double load, double blocking) => Assert.Equal(blocking, Erlang.Blocking(servers, load), 12);

    [Fact]
    public void With_one_agent_the_share_that_waits_is_the_load()
    {
        var forecast = Erlang.WithEndlessPatience(1, 0.6, 180, 20)!;
        Assert.Equal(0.6, forecast.WaitProbability, 12);
        Assert.Equal(0.6, forecast.Occupancy, 12);
        // M/M/1: the mean wait is ρ/(1−ρ) handling times.
        Assert.Equal(180 * 0.6 / 0.4, forecast.AverageAnswerSeconds, 9);
    }

    [Fact]
    public void With_two_agents_at_one_erlang_a_third_waits() => Assert.Equal(1 / 3.0, Erlang.WithEndlessPatience(2, 1, 180, 20)!.WaitProbability, 12);

    [Theory]
    [InlineData(10, 10.0)]
    [InlineData(9, 10.0)]
    public void Too_few_agents_never_catch_up(int agents, double load) => Assert.Null(Erlang.WithEndlessPatience(agents, load, 180, 20));

    [Theory]
    [InlineData(14, 10.0)]
    [InlineData(60, 50.0)]
    [InlineData(1, 0.3)]
    public void Patience_without_end_is_Erlang_C(int agents, double load)
    {
        var endless = Erlang.WithEndlessPatience(agents, load, 180, 20)!;
        var patient = Erlang.WithPatience(agents, load, 180, 20, 3e7);
        Assert.Equal(endless.ServiceLevel, patient.ServiceLevel, 4);
        Assert.Equal(endless.WaitProbability, patient.WaitProbability, 4);
        Assert.Equal(endless.Occupancy, patient.Occupancy, 4);
        Assert.Equal(0, patient.Abandonment!.Value, 4);
    }

    [Fact]
    public void When_callers_are_as_patient_as_calls_are_long_the_number_in_the_system_is_Poisson()
    {
        // θ = µ makes M/M/n+M an M/M/∞ system: the share that waits is P(Poisson(load) ≥ n).
        var (load, agents) = (10.0, 12);
        var (below, term) = (0.0, Math.Exp(-load));
        for (var k = 0; k < agents; k++)
        {
            below += term;
            term *= load / (k + 1);
        }
        Assert.Equal(1 - below, Erlang.WithPatience(agents, load, 180, 20, 180).WaitProbability, 9);
    }

    [Fact]
    public void Far_too_few_agents_serve_what_they_can_and_the_rest_give_up()
    {
        var forecast = Erlang.WithPatience(10, 100, 180, 20, 60);
        Assert.Equal(0.9, forecast.Abandonment!.Value, 6);
        Assert.Equal(1, forecast.Occupancy, 6);
        Assert.InRange(forecast.ServiceLevel, 0, 0.1);
    }
}
