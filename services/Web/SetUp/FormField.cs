using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Desk.Web.Shared;

namespace Desk.Web.SetUp;

/// <summary>How a value of the set-up is written in a form.</summary>
public enum Shape
{
    Text,
    Number,
    Check,
    /// <summary>One of <see cref="FormField.Options"/>.</summary>
    Choice,
    /// <summary>A list of texts, one a line.</summary>
    Lines,
    /// <summary>Working time, as “1 h 30 min”; ISO 8601 in the document.</summary>
    Duration,
    /// <summary>Stretches of a day, as “08:00-12:00, 13:00-17:00”.</summary>
    Spans,
    /// <summary>Names and values, as “mail = 3”, one a line; numbers or texts in the document.</summary>
    Pairs,
    /// <summary>A list of small records, one a line, their fields with bars between.</summary>
    Rows,
    /// <summary>A list of small records, each in fields of its own: <see cref="FormField.Cells"/>, whose paths are in the record.</summary>
    Table,
}

/// <summary>A choice in a form: its value in the document and its name to the reader.</summary>
public sealed record Option(string Value, string Name);

/// <summary>A value of a document of the set-up, by its path in it, and how it is shown and read. Text that cannot be read is refused with why.</summary>
public sealed partial record FormField(
    string Path, Shape Shape, string Sv, string En, string? SvHint = null, string? EnHint = null, Func<SetUpNames, Words, IEnumerable<Option>>? Options = null,
    IReadOnlyList<string>? Columns = null, string? Group = null, IReadOnlyList<FormField>? Cells = null)
{
    public JsonNode? Find(JsonObject item) => Path.Split('.').Aggregate((JsonNode?)item, (node, name) => (node as JsonObject)?[name]);

    /// <summary>As the reader writes it.</summary>
    public string Show(JsonObject item) => (Shape, Find(item)) switch
    {
        (_, null) => "",
        (Shape.Lines, JsonArray lines) => string.Join('\n', lines.Select(line => line?.ToString())),
        (Shape.Duration, { } iso) => ShowDuration(iso.ToString()),
        (Shape.Spans, JsonArray spans) => string.Join(", ", spans.OfType<JsonArray>().Select(span => $"{span[0]}-{span[1]}")),
        (Shape.Pairs, JsonObject pairs) => string.Join('\n', pairs.Select(pair => $"{pair.Key} = {pair.Value}")),
        (Shape.Rows, JsonArray rows) => string.Join('\n', rows.OfType<JsonObject>().Select(row => string.Join(" | ", Columns!.Select(column => row[column]?.ToString() ?? "")))),
        (_, { } value) => value.ToString(),
    };

    /// <summary>The records of a <see cref="Shape.Table"/>; made, when it has none yet and one is to be added.</summary>
    public JsonArray? Records(JsonObject item, bool make = false)
    {
        if (Find(item) is JsonArray known)
            return known;
        if (!make)
            return null;
        var records = new JsonArray();
        Put(item, records);
        return records;
    }

    public bool IsChecked(JsonObject item) => Find(item)?.GetValueKind() == System.Text.Json.JsonValueKind.True;

    /// <summary>Puts what the reader wrote into the document; nothing written takes the value away. False when it cannot be read.</summary>
    public bool Write(JsonObject item, string text)
    {
        text = text.Trim();
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        JsonNode? value = null;
        if (text.Length > 0)
        {
            value = Shape switch
            {
                Shape.Number => double.TryParse(text.Replace(',', '.'), CultureInfo.InvariantCulture, out var number)
                    ? number == Math.Floor(number) && Math.Abs(number) < int.MaxValue ? JsonValue.Create((int)number) : JsonValue.Create(number)
                    : null,
                Shape.Check => text == "true" ? JsonValue.Create(true) : null,
                Shape.Lines => new JsonArray([.. lines.Select(line => (JsonNode)line)]),
                Shape.Duration => ReadDuration(text) is { } iso ? JsonValue.Create(iso) : null,
                Shape.Spans => ReadSpans(text),
                Shape.Pairs => ReadPairs(lines),
                Shape.Rows => new JsonArray([.. lines.Select(ReadRow)]),
                _ => JsonValue.Create(text),
            };
            if (value is null && Shape != Shape.Check)
                return false;
        }
        Put(item, value);
        return true;
    }

    private void Put(JsonObject item, JsonNode? value)
    {
        var names = Path.Split('.');
        var into = item;
        foreach (var name in names[..^1])
        {
            if (into[name] is not JsonObject inner)
            {
                if (value is null)
                    return;
                into[name] = inner = [];
            }
            into = inner;
        }
        if (value is null)
            into.Remove(names[^1]);
        else
            into[names[^1]] = value;
    }

    private JsonNode ReadRow(string line)
    {
        var parts = line.Split('|', StringSplitOptions.TrimEntries);
        var row = new JsonObject();
        for (var i = 0; i < Columns!.Count; i++)
        {
            if (i < parts.Length && parts[i].Length > 0)
                row[Columns[i]] = bool.TryParse(parts[i], out var yes) ? yes : parts[i];
        }
        return row;
    }

    private static JsonObject? ReadPairs(IEnumerable<string> lines)
    {
        var pairs = new JsonObject();
        foreach (var line in lines)
        {
            if (line.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } value])
                return null;
            pairs[name] = int.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : value;
        }
        return pairs;
    }

    private static JsonArray? ReadSpans(string text)
    {
        var spans = new JsonArray();
        foreach (var span in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (SpanForm().Match(span) is not { Success: true } match)
                return null;
            spans.Add(new JsonArray(match.Groups[1].Value.PadLeft(5, '0'), match.Groups[2].Value.PadLeft(5, '0')));
        }
        return spans;
    }

    private static string ShowDuration(string iso)
        => DurationForm().Match(iso) is { Success: true } match ? $"{(match.Groups[1].Length > 0 ? match.Groups[1].Value + " h" : "")} {(match.Groups[2].Length > 0 ? match.Groups[2].Value + " min" : "")}".Trim() : iso;

    /// <summary>“90”, “90 min”, “1 h 30 min”, “1,5 h”, “2 tim” or ISO 8601.</summary>
    private static string? ReadDuration(string text)
    {
        if (text.StartsWith("PT", StringComparison.OrdinalIgnoreCase))
            return text.ToUpperInvariant();
        if (WrittenDuration().Match(text) is not { Success: true } match)
            return null;
        var minutes = Part(match.Groups["h"]) * 60 + Part(match.Groups["m"]);
        var (hours, rest) = ((int)minutes / 60, (int)minutes % 60);
        return minutes < 1 ? null : string.Create(CultureInfo.InvariantCulture, $"PT{(hours > 0 ? $"{hours}H" : "")}{(rest > 0 ? $"{rest}M" : "")}");

        static double Part(Group group) => group.Length > 0 ? double.Parse(group.Value.Replace(',', '.'), CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)$")]
    private static partial Regex SpanForm();

    [GeneratedRegex(@"^PT(?:(\d+)H)?(?:(\d+)M)?$")]
    private static partial Regex DurationForm();

    [GeneratedRegex(@"^(?:(?<h>\d{1,5}(?:[.,]\d{1,2})?)\s*(?:h|tim|t)\b\.?)?\s*(?:(?<m>\d{1,6})\s*(?:m|min)?\.?)?$", RegexOptions.IgnoreCase)]
    private static partial Regex WrittenDuration();
}
