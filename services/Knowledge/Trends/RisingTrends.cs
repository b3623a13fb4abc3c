using Desk.Knowledge.Likeness;

namespace Desk.Knowledge.Trends;

/// <summary>The last hour, day or week.</summary>
internal enum Window { Hour, Day, Week }

/// <summary>
/// Something that came more than it does. Keys: what its tickets share, the most surprising first. Expected: by the same hours of so many earlier
/// weeks. Tickets: the observed, the first first.
/// </summary>
internal sealed record Rising(Window Window, IReadOnlyList<WordKey> Keys, int Observed, double Expected, double Tail, IReadOnlyList<LikeTicket> Tickets);

/// <summary>What came and what is normal for the weekday and hour, for each word and category of the tickets.</summary>
internal static class RisingTrends
{
    private const int MostWeeks = 8;
    private const int MostOfWindow = 6;

    // Wrong about once in a hundred looks, however many words were tested.
    private const double Chance = 0.01;

    // Twice the normal, and never fewer than it takes to speak of several.
    private const double LeastTimes = 2;

    // A word whose tickets are mostly another's tells of the same.
    private const double SameTickets = 0.6;
    private const double MostlyTold = 0.8;

    private static readonly (Window Window, TimeSpan Length, int Least)[] Windows =
        [(Window.Hour, TimeSpan.FromHours(1), 4), (Window.Day, TimeSpan.FromDays(1), 6), (Window.Week, TimeSpan.FromDays(7), 10)];

    /// <summary>How many whole weeks there are to compare with; 0 when the desk is too young to know what is normal.</summary>
    public static int Weeks(TicketIndex index, DateTimeOffset now) => index.First() is { } first ? Math.Clamp((int)((now - first) / TimeSpan.FromDays(7)), 0, MostWeeks) : 0;

    /// <summary>What rises now, hour before day before week, the most surprising first; what a shorter time tells, a longer does not repeat.</summary>
    public static IReadOnlyList<Rising> Of(TicketIndex index, DateTimeOffset now)
    {
        var weeks = Weeks(index, now);
        if (weeks == 0)
            return [];
        var rising = new List<Rising>();
        foreach (var (window, length, least) in Windows)
        {
            var tested = 0;
            var surprising = new List<Rising>();
            // The week before the oldest that is compared with is not needed, nor is a window that reaches into it.
            index.Visit(now - TimeSpan.FromDays(7 * (weeks + 1)), least, (key, tickets) =>
            {
                var (observed, before) = (new List<LikeTicket>(), 0);
                foreach (var ticket in tickets)
                {
                    var age = now - ticket.At;
                    if (age < TimeSpan.Zero)
                        continue;
                    var week = (int)(age / TimeSpan.FromDays(7));
                    if (age - week * TimeSpan.FromDays(7) >= length)
                        continue;
                    if (week == 0)
                        observed.Add(ticket);
                    else if (week <= weeks)
                        before++;
                }
                if (observed.Count < least)
                    return;
                tested++;
                var expected = Surprise.Expected(before, weeks);
                if (observed.Count >= LeastTimes * expected)
                    surprising.Add(new Rising(window, [key], observed.Count, expected, Surprise.Tail(observed.Count, before, weeks), [.. observed.OrderBy(ticket => ticket.At)]));
            });
            rising.AddRange(Join([.. surprising.Where(one => one.Tail * tested < Chance)]).Where(one => !rising.Exists(shorter => Tells(shorter, one))).ToList());
        }
        return rising;
    }

    /// <summary>What rose in the last hour alone is no news of the day.</summary>
    private static bool Tells(Rising shorter, Rising longer)
    {
        var told = shorter.Tickets.Select(ticket => ticket.Id).ToHashSet();
        return longer.Tickets.Count(ticket => told.Contains(ticket.Id)) >= MostlyTold * longer.Observed;
    }

    /// <summary>Words that the same tickets have are one trend, told by the word that surprises most.</summary>
    private static List<Rising> Join(List<Rising> surprising)
    {
        var joined = new List<(Rising Trend, HashSet<Guid> Ids)>();
        foreach (var one in surprising.OrderBy(one => one.Tail).ThenByDescending(one => one.Observed))
        {
            var ids = one.Tickets.Select(ticket => ticket.Id).ToHashSet();
            var at = joined.FindIndex(other => other.Ids.Count(ids.Contains) >= SameTickets * Math.Min(ids.Count, other.Ids.Count));
            if (at < 0)
                joined.Add((one, ids));
            else
                joined[at] = (joined[at].Trend with { Keys = [.. joined[at].Trend.Keys, .. one.Keys] }, joined[at].Ids);
        }
        return [.. joined.Select(one => one.Trend).Take(MostOfWindow)];
    }
}
