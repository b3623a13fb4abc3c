using System.Globalization;

namespace Desk.Intake.Tickets;

/// <summary>What people say on the phone: <c>D-1042</c>.</summary>
internal readonly record struct TicketNumber(long Value)
{
    private const string Prefix = "D-";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Value}");

    /// <summary>Reads <c>D-1042</c> in upper or lower case, and nothing else.</summary>
    public static bool TryParse(string? text, out TicketNumber number)
    {
        number = default;
        if (text is null || text.Length is < 3 or > 20 || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || !long.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return false;
        number = new TicketNumber(value);
        return true;
    }
}
