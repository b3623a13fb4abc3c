using System.Globalization;

namespace Desk.Notification.Limits;

/// <summary>How many automatic mails one receiver has had within each window: about one ticket, and in all.</summary>
internal sealed record Counts(IReadOnlyList<int> OfTicket, IReadOnlyList<int> InAll);

/// <summary>
/// The most automatic mails that one receiver may get. Two desks that confirm each other's confirmations stop here, whatever headers they ignore.
/// Settings <c>Desk:MailLimits:Ticket</c> and <c>Desk:MailLimits:All</c>, as "most/minutes most/minutes …", five windows each.
/// </summary>
internal sealed record ReceiverLimits(IReadOnlyList<(int Most, TimeSpan Within)> OfTicket, IReadOnlyList<(int Most, TimeSpan Within)> InAll)
{
    public const int Windows = 5;

    public static ReceiverLimits From(IConfiguration configuration) => new(
        Read(configuration["Desk:MailLimits:Ticket"] ?? "10/10 15/30 25/60 50/180 100/600"),
        Read(configuration["Desk:MailLimits:All"] ?? "30/10 60/30 120/60 240/180 360/600"));

    /// <summary>Why one more may not go, or null when it may.</summary>
    public string? Refusal(Counts had)
        => Reached(OfTicket, had.OfTicket) is { } ticket ? $"The receiver has had {ticket} about this ticket."
            : Reached(InAll, had.InAll) is { } all ? $"The receiver has had {all}."
            : null;

    private static string? Reached(IReadOnlyList<(int Most, TimeSpan Within)> limits, IReadOnlyList<int> had)
    {
        for (var window = 0; window < limits.Count; window++)
        {
            if (had[window] >= limits[window].Most)
                return string.Create(CultureInfo.InvariantCulture, $"{had[window]} automatic mails within {limits[window].Within.TotalMinutes} minutes");
        }
        return null;
    }

    private static List<(int, TimeSpan)> Read(string setting)
    {
        var limits = setting.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('/'))
            .Select(pair => (int.Parse(pair[0], CultureInfo.InvariantCulture), TimeSpan.FromMinutes(int.Parse(pair[1], CultureInfo.InvariantCulture)))).ToList();
        return limits.Count == Windows ? limits : throw new InvalidOperationException($"Desk:MailLimits must hold {Windows} windows: '{setting}'.");
    }
}
