using System.Text;
using System.Text.Json;

namespace Desk.Intake.Mail.Understanding;

/// <summary>Bounces that a sending service tells as JSON in a mail (Amazon SES by SNS), with the words of RFC 3464 inside.</summary>
internal static class JsonBounces
{
    private const int Longest = 100_000;

    /// <summary>Null when the text is no such notification. A footer may follow the JSON.</summary>
    public static Bounce? Of(string text)
    {
        if (!text.StartsWith('{') || !text.AsSpan(0, Math.Min(text.Length, 2_000)).Contains("\"Bounce\"", StringComparison.Ordinal))
            return null;
        try
        {
            // Old mail servers break a line that is too long with an exclamation mark.
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes((text.Length > Longest ? text[..Longest] : text).Replace("!\n ", "")));
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if ((Word(root, "notificationType") ?? Word(root, "eventType")) != "Bounce" || !root.TryGetProperty("bounce", out var bounce) || bounce.ValueKind != JsonValueKind.Object)
                return null;
            var failed = new List<FailedRecipient>();
            foreach (var recipient in Items(bounce, "bouncedRecipients").Take(10))
            {
                var diagnostic = Word(recipient, "diagnosticCode") ?? "";
                var code = Word(recipient, "status");
                var reason = BounceReasons.Weigh(BounceReasons.Of(diagnostic, code), code, diagnostic);
                if (Word(recipient, "emailAddress") is { } address && Reading.Addresses.Clean(address) is { } clean)
                    failed.Add(new FailedRecipient(clean, Word(bounce, "bounceType") == "Permanent" && BounceReasons.IsPermanent(reason), code, reason, Reading.Storable.Line(diagnostic, 300)));
            }
            if (failed.Count == 0)
                return null;
            var ids = root.TryGetProperty("mail", out var sent) && sent.ValueKind == JsonValueKind.Object
                ? Items(sent, "headers").Where(header => string.Equals(Word(header, "name"), "Message-ID", StringComparison.OrdinalIgnoreCase)).Select(header => Word(header, "value")?.Trim('<', '>', ' '))
                : [];
            return new Bounce(failed, [.. ids.OfType<string>().Take(5)]);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Word(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<JsonElement> Items(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
