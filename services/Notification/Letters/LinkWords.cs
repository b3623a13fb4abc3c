namespace Desk.Notification.Letters;

/// <summary>Why a link is broken, to who answers for the article. The codes are Knowledge's.</summary>
internal static class LinkWords
{
    public static string Say(string language, string reason) => (language, reason) switch
    {
        ("sv", "missing") => "artikeln den leder till finns inte, eller läses inte längre",
        ("sv", "unreadable") => "artikeln den leder till får inte läsas av alla som läser den här",
        ("sv", "gone") => "sidan finns inte",
        ("sv", "away") => "sidan har inte svarat vid tre försök",
        ("sv", "refused") => "det är ingen öppen sida på internet",
        (_, "missing") => "the article it leads to is not there, or no longer read",
        (_, "unreadable") => "not all who read this may read the article it leads to",
        (_, "gone") => "there is no such page",
        (_, "away") => "the page has not answered three times",
        (_, "refused") => "it is no open page on the internet",
        _ => reason,
    };
}
