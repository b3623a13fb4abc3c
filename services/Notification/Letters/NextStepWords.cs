using System.Globalization;

namespace Desk.Notification.Letters;

/// <summary>What happens next, and by when, as a sentence to the requester. The codes are Routing's.</summary>
internal static class NextStepWords
{
    public static string Say(string language, string? code, DateTimeOffset? at, TimeZoneInfo zone)
    {
        var by = at is { } due ? Time(language, due, zone) : null;
        return (language, code, by) switch
        {
            ("sv", "answer" or "look" or "reply", not null) => $"En handläggare svarar dig senast {by}.",
            ("sv", "answer" or "look" or "reply", null) => "En handläggare svarar dig så snart det går.",
            ("sv", "update", not null) => $"Vi berättar hur det går senast {by}.",
            ("sv", "solve", not null) => $"Vi räknar med att det är löst senast {by}.",
            ("sv", "waitRequester", _) => "Vi väntar på ditt svar för att komma vidare.",
            ("sv", "waitSupplier", not null) => $"Vi väntar på en leverantör och hör av oss senast {by}.",
            ("sv", "waitSupplier", null) => "Vi väntar på en leverantör och hör av oss när vi vet mer.",
            ("sv", "resumeAt", not null) => $"Vi fortsätter {by}.",
            ("sv", "confirm", not null) => $"Hjälpte det inte, så svara senast {by}. Annars avslutar vi ärendet då.",
            ("sv", _, _) => "Vi hör av oss så snart vi vet mer.",

            (_, "answer" or "look" or "reply", not null) => $"An agent answers you by {by}.",
            (_, "answer" or "look" or "reply", null) => "An agent answers you as soon as possible.",
            (_, "update", not null) => $"We tell you how it goes by {by}.",
            (_, "solve", not null) => $"We expect it to be solved by {by}.",
            (_, "waitRequester", _) => "We need your answer to go on.",
            (_, "waitSupplier", not null) => $"We are waiting for a supplier, and will be in touch by {by}.",
            (_, "waitSupplier", null) => "We are waiting for a supplier, and will be in touch when we know more.",
            (_, "resumeAt", not null) => $"We go on {by}.",
            (_, "confirm", not null) => $"If it did not help, answer by {by}. Otherwise we close the ticket then.",
            _ => "We will be in touch as soon as we know more.",
        };
    }

    /// <summary>In the desk's time zone, with weekday and date: a mail is read on another day than it is written.</summary>
    public static string Time(string language, DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return language == "sv"
            ? local.ToString("dddd d MMMM 'kl.' HH:mm", Swedish)
            : local.ToString("dddd d MMMM 'at' HH:mm", English);
    }

    private static readonly CultureInfo Swedish = CultureInfo.GetCultureInfo("sv-SE");
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");
}
