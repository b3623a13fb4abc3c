using Desk.Knowledge.Likeness;
using Desk.Knowledge.Trends;

namespace Desk.Knowledge.Tests.Trends;

public class TrendTests
{
    // A Monday morning.
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private readonly TicketIndex _index = new();

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(14, 24, 8)]
    [InlineData(3, 24, 8)]
    public void The_tail_is_the_sum_of_what_is_at_least_so_many(int observed, int before, int weeks)
    {
        // The same by its definition, term by term from the other end.
        var (r, p) = (before + 0.5, weeks / (weeks + 1.0));
        var (one, sum) = (Math.Pow(p, r), 0.0);
        for (var x = 0; x < 2_000; x++)
        {
            sum += x >= observed ? one : 0;
            one *= (x + r) / (x + 1) * (1 - p);
        }
        Assert.Equal(sum, Surprise.Tail(observed, before, weeks), 9);
    }

    [Fact]
    public void More_is_never_less_surprising_and_more_weeks_make_surer()
    {
        for (var observed = 0; observed < 60; observed++)
            Assert.True(Surprise.Tail(observed + 1, 16, 8) <= Surprise.Tail(observed, 16, 8));
        Assert.True(Surprise.Tail(14, 24, 8) < Surprise.Tail(14, 3, 1));
        Assert.InRange(Surprise.Tail(2_000, 3, 8), 0, 1e-100);
    }

    [Fact]
    public void What_rises_is_told_with_what_is_normal()
    {
        Weeks(8, normal: 3);
        for (var i = 0; i < 14; i++)
            Put("VPN kopplar ner", Now.AddMinutes(-4 * i - 1));
        // Told of the hour, not again of the day.
        var hour = Assert.Single(RisingTrends.Of(_index, Now));
        Assert.Equal(Window.Hour, hour.Window);
        Assert.Equal(14, hour.Observed);
        Assert.InRange(hour.Expected, 2.5, 3.6);
        Assert.Equal(14, hour.Tickets.Count);
    }

    [Fact]
    public void A_normal_monday_morning_is_no_trend()
    {
        Weeks(8, normal: 12);
        for (var i = 0; i < 14; i++)
            Put("VPN kopplar ner", Now.AddMinutes(-4 * i - 1));
        Assert.DoesNotContain(RisingTrends.Of(_index, Now), one => one.Window == Window.Hour);
    }

    [Fact]
    public void Few_are_no_trend_however_rare_they_were()
    {
        Weeks(8, normal: 0);
        for (var i = 0; i < 3; i++)
            Put("VPN kopplar ner", Now.AddMinutes(-4 * i - 1));
        Assert.Empty(RisingTrends.Of(_index, Now));
    }

    [Fact]
    public void A_desk_that_does_not_know_what_is_normal_says_nothing()
    {
        for (var i = 0; i < 30; i++)
            Put("VPN kopplar ner", Now.AddMinutes(-i));
        Assert.Equal(0, RisingTrends.Weeks(_index, Now));
        Assert.Empty(RisingTrends.Of(_index, Now));
    }

    [Fact]
    public void Chance_alone_makes_a_trend_about_once_in_a_hundred_looks()
    {
        var random = new Random(306);
        var found = 0;
        for (var look = 0; look < 100; look++)
        {
            using var index = new TicketIndex();
            // Forty matters, each with its own steady rate, nine weeks long.
            for (var matter = 0; matter < 40; matter++)
            {
                for (var week = 0; week < 9; week++)
                {
                    for (var i = Poisson(random, 2); i > 0; i--)
                        index.Put(new IndexedTicket(Guid.CreateVersion7(), "sv", $"matter{matter}x", "", null, null, Now.AddDays(-7 * week).AddMinutes(-random.Next(1, 59)), true, false));
                }
            }
            index.Put(new IndexedTicket(Guid.CreateVersion7(), "sv", "first", "", null, null, Now.AddDays(-57), false, false));
            found += RisingTrends.Of(index, Now).Count(one => one.Window == Window.Hour);
        }
        Assert.InRange(found, 0, 5);
    }

    private void Weeks(int weeks, int normal)
    {
        Put("den allra första", Now.AddDays(-7 * weeks - 1));
        for (var week = 1; week <= weeks; week++)
        {
            for (var i = 0; i < normal; i++)
                Put("VPN kopplar ner", Now.AddDays(-7 * week).AddMinutes(-4 * i - 1));
            for (var i = 0; i < 5; i++)
                Put($"något annat {week} {i}", Now.AddDays(-7 * week).AddMinutes(-4 * i - 1));
        }
    }

    private void Put(string subject, DateTimeOffset at) => _index.Put(new IndexedTicket(Guid.CreateVersion7(), "sv", subject, "", null, null, at, true, false));

    private static int Poisson(Random random, double mean)
    {
        var (product, count) = (random.NextDouble(), 0);
        for (var limit = Math.Exp(-mean); product > limit; count++)
            product *= random.NextDouble();
        return count;
    }
}
