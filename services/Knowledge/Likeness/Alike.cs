namespace Desk.Knowledge.Likeness;

/// <summary>When two tickets are about the same, judged by the words they share.</summary>
internal static class Alike
{
    private const double SameCategory = 0.20;
    private const double OtherCategory = 0.45;
    private const double SolvedAlike = 0.25;
    private const double SolvedInOther = 0.40;

    /// <summary>Tickets that look the same came within a day.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromHours(24);

    /// <summary>Whether an open ticket looks the same as one of the category: what one outage makes people write shares its kind and little more.</summary>
    public static bool Open(LikeTicket other, string? category, DateTimeOffset at) => other.Open && (other.At - at).Duration() <= Within
        && other.Share >= (category is not null && other.Category == category ? SameCategory : OtherCategory);

    /// <summary>Whether a solved ticket may show how to solve one of the category: two words in common, unless it says no more than one.</summary>
    public static bool Solved(LikeTicket other, string? category, int words) => other.Solved && other.Words >= Math.Min(2, words)
        && other.Share >= (category is not null && other.Category == category ? SolvedAlike : SolvedInOther);

    /// <summary>The likeness that solved tickets are ordered by: one of the same category is likelier the same matter.</summary>
    public static double Rank(LikeTicket other, string? category) => other.Share * (category is not null && other.Category == category ? 1.5 : 1);
}
