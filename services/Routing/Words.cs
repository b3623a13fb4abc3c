using System.Text.Json;

namespace Desk.Routing;

/// <summary>The word of a value of the contracts, as JSON and the database write it.</summary>
internal static class Words
{
    public static string ToWord<T>(this T value) where T : struct, Enum => Cache<T>.Of.TryGetValue(value, out var word)
        ? word
        : throw new ArgumentOutOfRangeException(nameof(value), value, null);

    public static T? Read<T>(string? word) where T : struct, Enum
    {
        foreach (var (value, text) in Cache<T>.Of)
        {
            if (string.Equals(text, word, StringComparison.Ordinal))
                return value;
        }
        return null;
    }

    public static IReadOnlyList<string> All<T>() where T : struct, Enum => [.. Cache<T>.Of.Values];

    private static class Cache<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Of = Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
    }
}
