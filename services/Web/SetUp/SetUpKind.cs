using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Web.Api;
using Desk.Web.Shared;

namespace Desk.Web.SetUp;

/// <summary>What forms choose among.</summary>
public sealed record SetUpNames(DeskNames Desk, IReadOnlyList<Named> Calendars, IReadOnlyList<Named> Shifts);

/// <summary>
/// A document of the set-up, as it is edited: the fields of each of its items, or of itself when it is one. What the form does not know of, it
/// leaves as it is.
/// </summary>
public sealed record SetUpKind(
    string Key, string Icon, string Sv, string En, string SvWhat, string EnWhat, bool IsList, IReadOnlyList<FormField> Fields, Func<JsonObject> New,
    string Room = "routing")
{
    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    private static readonly string[] WeekdaysSv = ["Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag", "Lördag", "Söndag"];

    private static readonly FormField Key_ = new("key", Shape.Text, "Nyckel", "Key", "Små bokstäver, siffror, punkt och bindestreck. Ändra den inte sedan.", "Small letters, digits, dots and hyphens. Do not change it later.");
    private static readonly FormField Sv_ = new("sv", Shape.Text, "Namn på svenska", "Name in Swedish");
    private static readonly FormField En_ = new("en", Shape.Text, "Namn på engelska", "Name in English");

    public static readonly IReadOnlyList<SetUpKind> All =
    [
        new("teams", "people", "Team", "Teams", "Vilka som delar på ärenden, hur de fördelas och vart de går vidare.", "Who shares tickets, how they are handed out and where they go next.", true,
        [
            Key_, Sv_, En_,
            new("model", Shape.Choice, "Arbetssätt", "Model", "Linjer: vidare till nästa, med tid för varje linje. Utan linjer: alla tar allt och frågar den som kan mer.", "Lines: on to the next, with time for each. No lines: everyone takes everything, and asks who knows more.", Of(("mixed", "Blandat", "Mixed"), ("lines", "Linjer", "Lines"), ("noLines", "Utan linjer", "No lines"))),
            new("line", Shape.Choice, "Linje", "Line", null, null, Of(("first", "Första", "First"), ("second", "Andra", "Second"), ("expert", "Expert", "Expert"))),
            new("escalatesTo", Shape.Choice, "Eskalerar till", "Escalates to", null, null, Teams),
            new("timeBox", Shape.Duration, "Linjens tid", "The line's time", "Arbetstid innan eskalering föreslås, till exempel 5 min eller 1 h.", "Working time before escalation is offered, such as 5 min or 1 h."),
            new("timeBoxGrace", Shape.Duration, "Eskalera av sig självt efter", "Escalate by itself after", "Så mycket senare gör servicedesken det. Tomt: aldrig.", "So much later the desk does it. Empty: never."),
            new("assign", Shape.Choice, "Fördelning", "Handing out", null, null, Of(("leastLoad", "Den som har minst", "Least load"), ("roundRobin", "I tur och ordning", "Round robin"), ("byHand", "Plockas för hand", "By hand"))),
            new("skillForMinutes", Shape.Number, "Kräv kompetens i minuter", "Ask for skill for minutes", "Därefter får vem som helst ärendet. Tomt: kompetens krävs inte.", "After that anybody gets it. Empty: skills are not looked at."),
            new("sameAgent", Shape.Check, "Samma handläggare som senast först", "The same agent as last time first"),
            new("takeBackAfter", Shape.Duration, "Ta tillbaka efter tystnad", "Take back after silence", "Arbetstid utan tecken från handläggaren. Tomt: aldrig.", "Working time without a sign of the agent. Empty: never."),
            new("handsOver", Shape.Check, "Lämna över allt när passet är slut", "Hand everything over when the shift ends", "P1 lämnas alltid över till den som är i tjänst.", "P1 is always handed over to who is on duty."),
            new("needs", Shape.Rows, "Behöver veta", "Needs to know", "En fråga per rad: nyckel | på svenska | på engelska | true eller false om den måste besvaras.", "One question a line: key | in Swedish | in English | true or false, whether it must be answered.", Columns: ["key", "sv", "en", "required"]),
            new("lead", Shape.Choice, "Gruppledare", "Lead", null, null, Agents), new("manager", Shape.Choice, "Chef", "Manager", null, null, Agents),
        ], () => new JsonObject { ["key"] = "", ["sv"] = "", ["en"] = "" }),

        new("skills", "key", "Kompetenser", "Skills", "Vad handläggare kan, och vilka kategorier som kräver det.", "What agents can do, and the categories that need it.", true,
        [
            Key_, Sv_, En_,
            new("categories", Shape.Lines, "Kategorier som kräver den", "Categories that need it", "En nyckel per rad, till exempel network.vpn.", "One key a line, such as network.vpn."),
            new("level", Shape.Choice, "Lägsta nivå", "Lowest level", null, null, (_, _) => Numbers(1, 3)),
        ], () => new JsonObject { ["key"] = "", ["sv"] = "", ["en"] = "", ["level"] = 1 }),

        new("categories", "tag", "Kategorier", "Categories", "Vad ärenden handlar om, och vilket team som kan det.", "What tickets are about, and the team that knows it.", true,
        [
            Key_, Sv_, En_, new("team", Shape.Choice, "Team", "Team", null, null, Teams),
            new("retired", Shape.Check, "Används inte längre", "No longer used", "Den finns kvar på gamla ärenden men kan inte väljas.", "It stays on old tickets, and can no longer be chosen."),
        ], () => new JsonObject { ["key"] = "", ["sv"] = "", ["en"] = "", ["team"] = "" }),

        new("matrix", "list", "Prioritetsmatris", "Priority matrix", "Påverkan gånger brådska ger prioritet.", "Impact and urgency make the priority.", false,
        [
            .. Enum.GetValues<Impact>().SelectMany(impact => Enum.GetValues<Urgency>().Select(urgency => new FormField(
                $"cells.{Word(impact)}.{Word(urgency)}", Shape.Choice, $"{SvOf(impact)}, {SvOf(urgency)}", $"{EnOf(impact)}, {EnOf(urgency)}", null, null, (_, w) => Priorities(w), Group: "three"))),
            new("vip", Shape.Choice, "VIP får minst", "VIPs have at least", null, null, (_, w) => Priorities(w)),
        ], () => []),

        new("agreements", "check", "Avtal", "Agreements", "Vad vi lovar, för varje prioritet, i arbetstid.", "What we promise, for each priority, in working time.", true,
        [
            Key_, Sv_, En_, new("calendar", Shape.Choice, "Kalender", "Calendar", null, null, Calendars),
            new("organisations", Shape.Lines, "Organisationer", "Organisations", "En per rad. Tomt: alla som inget annat avtal nämner.", "One a line. Empty: everyone that no other agreement names."),
            new("categories", Shape.Lines, "Kategorier", "Categories", "En nyckel per rad. Tomt: alla.", "One key a line. Empty: all."),
            new("onCall", Shape.Pairs, "Annan kalender för prioriteter", "Another calendar for priorities", "Till exempel P1 = always.", "Such as P1 = always."),
            new("atRisk", Shape.Number, "Varna när så stor del är använd", "Warn when so much is used", "0,75 är tre fjärdedelar.", "0.75 is three quarters."),
            .. Enum.GetValues<Priority>().SelectMany(priority => new (string Key, string Sv, string En)[] { ("answer", "första svar", "first answer"), ("reply", "svar", "reply"), ("update", "besked", "update"), ("resolution", "lösning", "resolution") }
                .Select(target => new FormField($"targets.{priority}.{target.Key}", Shape.Duration, $"{priority} {target.Sv}", $"{priority} {target.En}", Group: "four"))),
        ], () => new JsonObject { ["key"] = "", ["sv"] = "", ["en"] = "", ["calendar"] = "office", ["atRisk"] = 0.75, ["targets"] = new JsonObject() }),

        new("calendars", "clock", "Kalendrar", "Calendars", "När arbetstid går: öppettider, helgdagar och lediga dagar.", "When working time runs: opening hours, holidays and days off.", true,
        [
            Key_, Sv_, En_, new("timeZone", Shape.Text, "Tidszon", "Time zone", "Till exempel Europe/Stockholm.", "Such as Europe/Stockholm."),
            .. Weekdays.Select((day, i) => new FormField($"hours.{day}", Shape.Spans, WeekdaysSv[i], char.ToUpperInvariant(day[0]) + day[1..], i == 0 ? "Till exempel 08:00-12:00, 13:00-17:00. Tomt: stängt." : null, i == 0 ? "Such as 08:00-12:00, 13:00-17:00. Empty: closed." : null)),
            new("holidays", Shape.Choice, "Helgdagar", "Holidays", null, null, Of(("SE", "Svenska", "Swedish"))),
            new("eves", Shape.Check, "Stängt på aftnar", "Closed on eves"), new("bridgeDays", Shape.Check, "Stängt på klämdagar", "Closed on bridge days"),
            new("halfDaysCloseAt", Shape.Text, "Halvdagar stänger", "Half-days close at", "Till exempel 14:00. Tomt: hela dagar.", "Such as 14:00. Empty: whole days."),
            new("daysOff", Shape.Lines, "Egna lediga dagar", "Own days off", "En per rad: 2026-08-14, eller 08-14 varje år.", "One a line: 2026-08-14, or 08-14 for every year."),
        ], () => new JsonObject { ["key"] = "", ["sv"] = "", ["en"] = "", ["timeZone"] = "Europe/Stockholm", ["hours"] = new JsonObject() }),

        new("rules", "list", "Regler", "Rules", "Vad sorteringen sätter av ord, avsändare, kanal eller organisation, i ordning.", "What triage sets by words, sender, channel or organisation, in order.", true,
        [
            new("name", Shape.Text, "Namn", "Name", "Visas på varje ärende som regeln avgör.", "Shown on every ticket it decides."),
            new("off", Shape.Check, "Avstängd", "Switched off"),
            new("when.words", Shape.Lines, "Ord i ämne eller text", "Words in subject or text", "En per rad; något av dem räcker. En stjärna sist tar alla ändelser.", "One a line; any of them will do. A star at the end takes any ending."),
            new("when.from", Shape.Lines, "Avsändare", "Senders", "En adress per rad, eller en domän som @skola.example.", "One address a line, or a domain such as @school.example."),
            new("when.channels", Shape.Lines, "Kanaler", "Channels", "web, api, mail, phone, chat, walkIn", "web, api, mail, phone, chat, walkIn"),
            new("when.organisations", Shape.Lines, "Organisationer", "Organisations"),
            new("set.type", Shape.Choice, "Sätter typ", "Sets type", null, null, (_, w) => Enum.GetValues<TicketType>().Select(type => new Option(Word(type), w.Type(type)))),
            new("set.category", Shape.Choice, "Sätter kategori", "Sets category", null, null, (names, w) => names.Desk.Categories.Select(category => new Option(category.Key, DeskNames.NameOf(category, w)))),
            new("set.impact", Shape.Choice, "Sätter påverkan", "Sets impact", null, null, (_, w) => Enum.GetValues<Impact>().Select(impact => new Option(Word(impact), w.Impact(impact)))),
            new("set.urgency", Shape.Choice, "Sätter brådska", "Sets urgency", null, null, (_, w) => Enum.GetValues<Urgency>().Select(urgency => new Option(Word(urgency), w.Urgency(urgency)))),
            new("set.team", Shape.Choice, "Sätter team", "Sets team", null, null, Teams),
        ], () => new JsonObject { ["name"] = "", ["when"] = new JsonObject(), ["set"] = new JsonObject() }),

        new("shifts", "calendar", "Arbetspass", "Shifts", "När team är bemannade. Team utan pass är bemannade av sina medlemmar.", "When teams are staffed. Teams without shifts are staffed by their members.", true,
        [
            Key_, Sv_, En_, new("team", Shape.Choice, "Team", "Team", null, null, Teams),
            new("days", Shape.Lines, "Dagar", "Days", "monday till sunday, en per rad.", "monday to sunday, one a line."),
            new("from", Shape.Text, "Från", "From", "Till exempel 07:30.", "Such as 07:30."), new("to", Shape.Text, "Till", "To", "Före starttiden: nästa dag.", "Before the start: the next day."),
            new("calendar", Shape.Choice, "Kalender", "Calendar", "Passet faller bort på dess helgdagar och lediga dagar.", "The shift falls away on its holidays and days off.", Calendars),
            new("holidays", Shape.Check, "Också på helgdagar", "Also on holidays"), new("onCall", Shape.Check, "Beredskap", "On call"),
            new("need", Shape.Number, "Så många behövs", "So many are needed"),
            new("agents", Shape.Lines, "Alltid på plats", "Always there", "En e-postadress per rad. De som turas om står i ett schema.", "One e-mail address a line. Those who take turns are in a rotation."),
        ], () => new JsonObject { ["key"] = "", ["sv"] = "", ["en"] = "", ["team"] = "", ["days"] = new JsonArray("monday", "tuesday", "wednesday", "thursday", "friday"), ["from"] = "08:00", ["to"] = "17:00", ["calendar"] = "office", ["need"] = 1 }),

        new("rotations", "refresh", "Scheman", "Rotations", "Vem som tar ett pass i tur och ordning.", "Who takes a shift in turn.", true,
        [
            Key_, Sv_, En_, new("shift", Shape.Choice, "Pass", "Shift", null, null, (names, w) => names.Shifts.Select(shift => new Option(shift.Key, DeskNames.NameOf(shift, w)))),
            new("starts", Shape.Text, "Börjar", "Starts", "Ett datum, till exempel 2026-12-01.", "A date, such as 2026-12-01."),
            new("every", Shape.Choice, "En tur är", "A turn is", null, null, Of(("day", "En dag", "A day"), ("week", "En vecka", "A week"))),
            new("agents", Shape.Lines, "I turordning", "In turn", "En e-postadress per rad.", "One e-mail address a line."),
        ], () => new JsonObject { ["key"] = "", ["sv"] = "", ["en"] = "", ["shift"] = "", ["starts"] = "", ["every"] = "day", ["agents"] = new JsonArray() }),

        new("triggers", "refresh", "Utlösare", "Triggers", "Vad servicedesken gör av sig själv när något händer eller tiden går, i ordning.", "What the desk does by itself when something happens or time goes by, in order.", true,
        [
            new("name", Shape.Text, "Namn", "Name", "Visas på varje ärende där den gör något.", "Shown on every ticket where it does something."),
            Key_,
            new("off", Shape.Check, "Avstängd", "Switched off"),
            new("perMinute", Shape.Number, "Högst så många gånger i minuten", "At most so often a minute", "Fler än så, och den stoppas tills någon slår på den igen. Tomt: 60.", "More than that, and it is stopped until somebody switches it on again. Empty: 60."),
            new("on.event", Shape.Choice, "När", "When", null, null, Of([.. TriggerWords.Moments])),
            new("on.status", Shape.Choice, "Status", "Status", "För \"har haft samma status\".", "For \"has had the same status\".", (_, w) => Enum.GetValues<TicketStatus>().Where(status => status != TicketStatus.Closed).Select(status => new Option(Word(status), w.Status(status)))),
            new("on.target", Shape.Choice, "Löfte", "Promise", "För det som gäller ett löfte. Tomt: vilket som helst.", "For what is about a promise. Empty: any.", (_, w) => Enum.GetValues<TargetKind>().Select(target => new Option(Word(target), w.Target(target)))),
            new("on.after", Shape.Duration, "Efter, eller före", "After, or before", "Till exempel 2 h eller 30 min. För det som gäller tid.", "Such as 2 h or 30 min. For what is about time."),
            new("on.days", Shape.Number, "… eller hela arbetsdagar", "… or whole working days"),
            new("on.working", Shape.Check, "Räkna arbetstid", "Count working time"),
            new("all", Shape.Table, "Om allt det här gäller", "If all of this holds", "Flera värden med komma emellan: något av dem räcker. En kategori gäller också dem under den. none betyder inget.", "Several values with commas between: any of them will do. A category is also those under it. none means nothing.", Cells: TriggerWords.Conditions),
            new("any", Shape.Table, "Och något av det här", "And any of this", Cells: TriggerWords.Conditions),
            new("do", Shape.Table, "Gör det här", "Do this", "I texter får {number}, {team} och {agent} stå. Det som går till beställaren märks som automatiskt.", "Texts may have {number}, {team} and {agent}. What goes to the requester is marked as automatic.", Cells:
            [
                new("act", Shape.Choice, "Gör", "Do", null, null, Of([.. TriggerWords.Acts])),
                new("value", Shape.Text, "Vad", "What", null, null, (names, w) => [.. Teams(names, w), .. names.Desk.Categories.Select(category => new Option(category.Key, DeskNames.NameOf(category, w))), .. Agents(names, w)]),
                new("sv", Shape.Lines, "Text på svenska", "Text in Swedish", Group: "wide-cell"), new("en", Shape.Lines, "Text på engelska", "Text in English", Group: "wide-cell"),
            ]),
        ], () => new JsonObject { ["key"] = "", ["name"] = "", ["off"] = true, ["on"] = new JsonObject { ["event"] = "registered" }, ["do"] = new JsonArray() }),

        new("checklists", "check", "Checklistor", "Checklists", "Stegen i en sorts ärende. De läggs på ärendet när det kommer in, eller för hand.", "The steps of a kind of matter. They are put on the ticket as it comes in, or by hand.", true,
        [
            Key_, new("name", Shape.Text, "Namn", "Name"),
            new("items", Shape.Lines, "Steg", "Steps", "Ett per rad, i ordning.", "One a line, in order."),
            new("categories", Shape.Lines, "För kategorier", "For categories", "En nyckel per rad, till exempel network. Varken kategori eller typ: bara för hand.", "One key a line, such as network. Neither category nor type: by hand only."),
            new("type", Shape.Choice, "För typ", "For type", null, null, (_, w) => Enum.GetValues<TicketType>().Select(type => new Option(Word(type), w.Type(type)))),
        ], () => new JsonObject { ["key"] = "", ["name"] = "", ["items"] = new JsonArray() }),

        new("synonyms", "book", "Synonymer", "Synonyms", "Ord som betyder samma sak när någon söker i kunskapen, på svenska och engelska.", "Words that mean the same when somebody searches the knowledge, in Swedish and English.", true,
        [
            new("words", Shape.Lines, "Ord", "Words", "Ett ord eller uttryck per rad. Den som söker på ett av dem får också det de andra hittar.", "One word or phrase a line. Who searches for one of them also gets what the others find."),
            new("means", Shape.Lines, "Bara åt ena hållet, till", "One way only, to", "Tomt: orden ovan betyder varandra. Annars: den som söker på ett av dem söker också på dessa, men inte tvärtom.", "Empty: the words above mean each other. Otherwise: who searches for one of them also searches for these, not the other way."),
        ], () => new JsonObject { ["words"] = new JsonArray() }, Room: "knowledge"),
    ];

    /// <summary>Where it is read and written.</summary>
    public string Path => $"{Room}/{Key}";

    public static SetUpKind? Of(string? key) => All.FirstOrDefault(kind => kind.Key == key);

    public static string NameOf(JsonObject item, Words words)
        => item["name"]?.ToString() is { Length: > 0 } name ? name : words[item["sv"]?.ToString() ?? "", item["en"]?.ToString() ?? ""] is { Length: > 0 } named ? named : item["key"]?.ToString() is { Length: > 0 } key ? key
            : item["words"] is JsonArray { Count: > 0 } same ? string.Join(", ", same.Take(3)) : words["Utan namn", "Without a name"];

    internal static Func<SetUpNames, Words, IEnumerable<Option>> Of(params (string Value, string Sv, string En)[] options)
        => (_, words) => options.Select(option => new Option(option.Value, words[option.Sv, option.En]));

    private static IEnumerable<Option> Teams(SetUpNames names, Words words) => names.Desk.Teams.Select(team => new Option(team.Key, DeskNames.NameOf(team, words)));

    private static IEnumerable<Option> Agents(SetUpNames names, Words words) => names.Desk.Agents.Where(agent => agent.Active).Select(agent => new Option(agent.Email, agent.Name));

    private static IEnumerable<Option> Calendars(SetUpNames names, Words words) => names.Calendars.Select(calendar => new Option(calendar.Key, DeskNames.NameOf(calendar, words)));

    private static IEnumerable<Option> Priorities(Words words) => Enum.GetValues<Priority>().Select(priority => new Option(priority.ToString(), words.Priority(priority)));

    private static IEnumerable<Option> Numbers(int from, int to) => Enumerable.Range(from, to - from + 1).Select(n => new Option($"{n}", $"{n}"));

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string SvOf(Impact impact) => impact switch { Impact.One => "En person", Impact.Group => "En grupp", Impact.Site => "En arbetsplats", _ => "Alla" };

    private static string EnOf(Impact impact) => impact switch { Impact.One => "One person", Impact.Group => "A group", Impact.Site => "A site", _ => "Everybody" };

    private static string SvOf(Urgency urgency) => urgency switch { Urgency.Low => "kan vänta", Urgency.Medium => "stör arbetet", _ => "arbetet står still" };

    private static string EnOf(Urgency urgency) => urgency switch { Urgency.Low => "can wait", Urgency.Medium => "disturbs the work", _ => "work has stopped" };
}
