using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Desk.Intake;

/// <summary>The one word an enum value has in the API, in events and in the database.</summary>
internal static class Wording<T> where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Words = Enum.GetValues<T>()
        .ToFrozenDictionary(value => value, value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));

    private static readonly FrozenDictionary<string, T> Values = Words.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>For a sentence: "one, group, site or all".</summary>
    public static string Choices { get; } = string.Join(", ", Words.OrderBy(pair => pair.Key).Select(pair => pair.Value).SkipLast(1))
        + " or " + Words.OrderBy(pair => pair.Key).Last().Value;

    public static string Of(T value) => Words[value];

    public static string? Of(T? value) => value is { } known ? Words[known] : null;

    public static T Read(string word) => Values[word];

    public static bool TryRead([NotNullWhen(true)] string? word, out T value)
    {
        value = default;
        return word is not null && Values.TryGetValue(word, out value);
    }
}
