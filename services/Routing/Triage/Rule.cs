using Desk.Contracts;

namespace Desk.Routing.Triage;

/// <summary>
/// When every given condition holds, sets what Set gives and no rule before it has set. Words: any of them is in the subject or the text, whole words,
/// case apart, a star at the end for any ending. From: any of these addresses, or domains when they begin with @.
/// </summary>
internal sealed record Rule(string Name, RuleWhen When, RuleSet Set, bool Off = false);

internal sealed record RuleWhen(
    IReadOnlyList<string>? Words = null, IReadOnlyList<string>? From = null, IReadOnlyList<Channel>? Channels = null,
    IReadOnlyList<string>? Organisations = null);

internal sealed record RuleSet(
    TicketType? Type = null, string? Category = null, Impact? Impact = null, Urgency? Urgency = null, string? Team = null);

/// <summary>A rule made ready to be asked of many tickets.</summary>
internal sealed class CompiledRule(Rule rule)
{
    private readonly string[] _phrases = [.. (rule.When.Words ?? []).Select(Phrase)];

    public Rule Rule => rule;

    /// <param name="contact">What came in.</param>
    /// <param name="text">Its subject and text through <see cref="Flatten"/>.</param>
    public bool Holds(Contact contact, string text)
        => !rule.Off
        && (_phrases.Length == 0 || _phrases.Any(phrase => text.Contains(phrase, StringComparison.Ordinal)))
        && (rule.When.From is not { Count: > 0 } from || from.Any(sender => IsFrom(contact.Email, sender)))
        && (rule.When.Channels is not { Count: > 0 } channels || channels.Contains(contact.Channel))
        && (rule.When.Organisations is not { Count: > 0 } names
            || (contact.Organisation is { } organisation && names.Contains(organisation, StringComparer.OrdinalIgnoreCase)));

    /// <summary>Lower case words with one space between, before the first and after the last.</summary>
    public static string Flatten(string text)
    {
        var flat = new char[text.Length + 2];
        var length = 0;
        flat[length++] = ' ';
        foreach (var letter in text)
        {
            if (char.IsLetterOrDigit(letter))
                flat[length++] = char.ToLowerInvariant(letter);
            else if (flat[length - 1] != ' ')
                flat[length++] = ' ';
        }
        if (flat[length - 1] != ' ')
            flat[length++] = ' ';
        return new string(flat, 0, length);
    }

    internal static string Phrase(string words)
    {
        var flat = Flatten(words);
        return words.TrimEnd().EndsWith('*') ? flat[..^1] : flat;
    }

    private static bool IsFrom(string email, string sender)
        => sender.StartsWith('@') ? email.EndsWith(sender, StringComparison.OrdinalIgnoreCase) : email.Equals(sender, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What came in, as far as triage looks.</summary>
internal sealed record Contact(
    Channel Channel, string Email, string? Organisation, string Subject, string Text, TicketType? Type = null, string? Category = null,
    Impact? Impact = null, Urgency? Urgency = null, string? Team = null, bool Vip = false);
