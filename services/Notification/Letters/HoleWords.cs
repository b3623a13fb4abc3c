namespace Desk.Notification.Letters;

/// <summary>Why a ticket would be forgotten, or a major incident goes without a word, to a lead. The codes are Routing's.</summary>
internal static class HoleWords
{
    public static string Say(string language, string reason) => (language, reason) switch
    {
        ("sv", "noHolder") => "varken team eller handläggare har det",
        ("sv", "holderGone") => "handläggaren har slutat",
        ("sv", "holderOffDuty") => "handläggaren är inte här på två veckor",
        ("sv", "teamGone") => "teamet finns inte längre",
        ("sv", "teamEmpty") => "teamet har inga medlemmar",
        ("sv", "teamOffDuty") => "ingen i teamet är i tjänst de närmaste två veckorna",
        ("sv", "stuck") => "det går inte att räkna ut vad som händer härnäst",
        ("sv", "noNextStep") => "det har inget nästa steg",
        ("sv", "noTime") => "nästa steg har ingen tid: kalendern saknar öppettider",
        ("sv", "silent") => "beställaren har inte hört något på längre än utlovat",
        ("sv", "wordOverdue") => "störningens nästa besked skulle ha lämnats",
        (_, "noHolder") => "neither a team nor an agent has it",
        (_, "holderGone") => "its agent has left",
        (_, "holderOffDuty") => "its agent is not here for two weeks",
        (_, "teamGone") => "its team is no more",
        (_, "teamEmpty") => "its team has no members",
        (_, "teamOffDuty") => "nobody of its team is on duty for two weeks",
        (_, "stuck") => "what happens next cannot be worked out",
        (_, "noNextStep") => "it has no next step",
        (_, "noTime") => "its next step has no time: the calendar has no opening hours",
        (_, "silent") => "the requester has heard nothing for longer than promised",
        (_, "wordOverdue") => "the major incident's next word is late",
        _ => reason,
    };
}
