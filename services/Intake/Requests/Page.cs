using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Desk.Intake.Requests;

/// <summary>A page of a list. <c>next</c> is given back as <c>after</c> for the page that follows; it is left out on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>How much of a list is wanted, and from where.</summary>
internal static class Paging
{
    public const int Most = 200;

    /// <summary>How many to give: 25 unless told, at most 200.</summary>
    public static int Limit(int? wanted, Faults faults, int unlessTold = 25)
    {
        faults.Require(wanted is null or (>= 1 and <= Most), "limit", $"limit is a number from 1 to {Most}.");
        return wanted ?? unlessTold;
    }

    /// <summary>The page out of what was found when one more than a page was asked for; <paramref name="after"/> tells the place after its last.</summary>
    public static Page<T> Of<T>(List<T> found, int most, Func<T, Cursor> after)
    {
        if (found.Count <= most)
            return new Page<T>(found, null);
        found.RemoveRange(most, found.Count - most);
        return new Page<T>(found, after(found[^1]).ToString());
    }
}

/// <summary>
/// The place after the last item of a page: its key in the order of the list. Opaque to clients; not secret and not believed beyond its form.
/// </summary>
internal readonly record struct Cursor(string Order, long Key, Guid Id)
{
    public override string ToString()
        => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Order}|{Key}|{Id:N}")));

    /// <summary>Null when nothing is given. What is not a cursor of this order is a fault.</summary>
    public static Cursor? Read(string? after, string order, Faults faults)
    {
        if (string.IsNullOrEmpty(after))
            return null;
        if (after.Length <= 200 && Base64Url.IsValid(after)
            && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(after)).Split('|') is [var made, var key, var id]
            && made == order && long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var place)
            && Guid.TryParseExact(id, "N", out var last))
            return new Cursor(order, place, last);
        faults.Add("after", "after is not the next of a page in this order.");
        return null;
    }
}
