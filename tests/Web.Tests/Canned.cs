using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Desk.Web.Tests;

internal sealed partial class Canned
{
    private static readonly string[] s_subjects =
    [
        "Skrivaren på plan 3 skriver inte ut", "VPN bryts var tionde minut", "Behörighet till ekonomisystemet", "Wifi saknas i sammanträdesrummet",
        "New laptop for our new colleague", "Kan inte dela kalender i Outlook", "Telefonen tappar samtal", "Misstänkt mejl om faktura", "Installera ritprogram",
    ];

    public async Task AnswerAsync(HttpContext context, string path)
    {
        var method = context.Request.Method;
        if (!HttpMethods.IsGet(method))
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            Posts.Enqueue(new Posted($"{method} {path}", context.Request.Headers.Authorization.ToString() is ['B', ..] bearer ? bearer["Bearer ".Length..] : null, body, context.Request.Headers.IfMatch.ToString()));
            if (StaleOnce && context.Request.Headers.IfMatch.Count > 0)
            {
                StaleOnce = false;
                await WriteAsync(context, new JsonObject { ["code"] = "version.stale", ["status"] = 412 }, 412);
                return;
            }
            if (Refuse is { } status)
            {
                var why = context.Request.Headers.AcceptLanguage == "sv" ? "Det här nekas på prov." : "This is refused as a test.";
                await WriteAsync(context, new JsonObject { ["code"] = "test.refused", ["detail"] = why, ["status"] = status }, status);
                return;
            }
            await WriteAsync(context, path is "/tickets" or "/routing/next" ? Ticket(0) : new JsonObject(), path == "/tickets" ? 201 : 200);
            return;
        }
        Asked.Enqueue(path + context.Request.QueryString);
        if (path == Cut)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"items\": [{\"id\"");
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }
        JsonNode? answer = path switch
        {
            "/tickets" => Page(Enumerable.Range(0, Tickets).Select(Ticket)),
            "/tickets/by-link/good" => Ticket(0),
            "/notification/updates/on" or "/notification/updates/off" => new JsonObject { ["number"] = "D-1042", ["on"] = path.EndsWith("/on", StringComparison.Ordinal) },
            "/routing/teams" => Page([Named("service-desk", "Servicedesk", "Service desk"), Named("network", "Nätverk", "Network"), Named("workplace", "Arbetsplats", "Workplace"), Named("applications", "Verksamhetssystem", "Applications")]),
            "/routing/categories" => Page([Named("account.password", "Konto: lösenord", "Account: password"), Named("network.vpn", "Nätverk: VPN", "Network: VPN"), Named("printer", "Skrivare", "Printer"), Named("other", "Annat", "Other")]),
            "/routing/roster" => CannedRoster.Of(context.Request.Query["from"]!),
            "/routing/feed" => new JsonObject { ["path"] = "/api/v1/routing/feeds/abc.def/duty.ics", ["until"] = At(500_000) },
            "/routing/pace" => Page([
                new JsonObject { ["target"] = "answer", ["priority"] = "P3", ["count"] = 212, ["kept"] = .99, ["promiseMinutes"] = 60, ["usedMedian"] = .18, ["marginMinutes"] = 38, ["verdict"] = "over" },
                new JsonObject { ["target"] = "resolution", ["priority"] = "P3", ["count"] = 180, ["kept"] = .88, ["promiseMinutes"] = 960, ["usedMedian"] = .61, ["marginMinutes"] = -125, ["verdict"] = "under" },
            ]),
            "/routing/calendars" => Page([Named("office", "Kontorstid", "Office hours")]),
            "/routing/shifts" => Page([]),
            "/routing/triggers" => Page([JsonNode.Parse("""{"key":"remind","name":"Påminn beställaren","on":{"event":"inStatus","status":"waiting","days":3},"all":[{"field":"waitingFor","is":"is","value":"requester"}],"do":[{"act":"tellRequester","sv":"Vi väntar på ditt svar i {number}.","en":"We wait for your answer in {number}."}]}""")!]),
            "/routing/triggers/state" => Page([JsonNode.Parse("""{"key":"remind","lastHour":3,"lastDay":17,"heldBack":0,"stoppedAt":"2026-11-23T08:00:00Z"}""")!]),
            "/routing/checklists" => Page([JsonNode.Parse("""{"key":"pw","name":"Nytt lösenord","items":["Fråga vem","Byt"],"categories":["account"]}""")!]),
            "/routing/reminders" => Page([JsonNode.Parse("""{"id":"0190f000-0000-7000-8000-00000000cccc","number":"D-1042","at":"2026-11-23T08:00:00Z","note":"Ring Rut","fell":true}""")!, JsonNode.Parse("""{"id":"0190f000-0000-7000-8000-00000000dddd","number":"D-1042","at":"2026-11-25T07:00:00Z","note":"Fråga om bytet hjälpte","fell":false}""")!]),
            _ when path.EndsWith("/checklist", StringComparison.Ordinal) => JsonNode.Parse("""{"items":[{"id":"0190f000-0000-7000-8000-00000000bbb1","text":"Fråga vem det är","done":{"at":"2026-11-23T08:00:00Z","by":"Anna Lind"}},{"id":"0190f000-0000-7000-8000-00000000bbb2","text":"Byt lösenordet"}],"lists":[{"key":"pw","name":"Nytt lösenord"}]}""")!,
            "/routing/rules" => Page([JsonNode.Parse("""{"name":"Alla","when":{"words":["hela kommunen"]},"set":{"impact":"all"}}""")!]),
            _ when (path.StartsWith("/routing/", StringComparison.Ordinal) || path == "/knowledge/synonyms/versions") && path.EndsWith("/versions", StringComparison.Ordinal) => Page([
                new JsonObject { ["version"] = 7, ["at"] = At(-10), ["by"] = "Leif Ström" },
                new JsonObject { ["version"] = 6, ["at"] = At(-900), ["by"] = "desk" },
            ]),
            "/routing/teams/versions/6" => Page([Named("service-desk", "Gamla servicedesken", "The old service desk")]),
            "/routing/asks" => Page([Question(true)]),
            _ when path.EndsWith("/place", StringComparison.Ordinal) => new JsonObject
            {
                ["number"] = "D-1042",
                ["team"] = "service-desk",
                ["model"] = "lines",
                ["line"] = "first",
                ["next"] = "network",
                ["lead"] = "Leif Ström",
                ["manager"] = "Astrid Berg",
                ["box"] = new JsonObject { ["startedAt"] = At(-4), ["dueAt"] = At(BoxLeft), ["handsOnAt"] = At(BoxLeft + 30), ["offered"] = BoxLeft < 0, ["paused"] = false },
                ["teams"] = new JsonArray(
                    new JsonObject { ["key"] = "network", ["sv"] = "Nätverk", ["en"] = "Network", ["needs"] = new JsonArray(new JsonObject { ["key"] = "where", ["sv"] = "Var?", ["en"] = "Where?", ["required"] = true }) },
                    new JsonObject { ["key"] = "workplace", ["sv"] = "Arbetsplats", ["en"] = "Workplace", ["needs"] = new JsonArray() }),
                ["asks"] = new JsonArray(Question(false)),
            },
            "/routing/agents/me" => new JsonObject { ["id"] = new Guid(9, 9, 7, 8, 0, 0, 0, 0, 0, 0, 9).ToString(), ["name"] = "Anna Lind", ["presence"] = "available", ["teams"] = new JsonArray("service-desk", "network") },
            "/routing/agents" => Page([Agent("Anna Lind"), Agent("Bo Ek"), Agent("Cecilia Dahl")]),
            "/knowledge/search" => Page([Found("byt-losenord", "Byt ditt lösenord", "Gå till kontosidan och välj Nytt lösenord. Du behöver din telefon."), Found("las-upp-dator", "Lås upp datorn efter för många försök", "Vänta en kvart, eller lås upp med engångskoden.")]),
            "/knowledge/articles/nodkoden" => new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["slug"] = "nodkoden", ["version"] = 1, ["title"] = "Nödkoden", ["language"] = "sv", ["audience"] = "agents", ["updatedAt"] = At(-900), ["html"] = "<p>Kod</p>", ["body"] = "Kod" },
            "/knowledge/articles/change-your-password" => English("change-your-password", new JsonObject { ["id"] = Article, ["slug"] = "byt-losenord", ["title"] = "Byt ditt lösenord", ["language"] = "sv", ["isBehind"] = false }),
            "/knowledge/articles/only-in-english" => English("only-in-english"),
            "/knowledge/help" => new JsonObject { ["categories"] = new JsonArray(new JsonObject { ["key"] = "network.vpn", ["articles"] = 3 }, new JsonObject { ["key"] = "printer", ["articles"] = 1 }, new JsonObject { ["key"] = "account.password", ["articles"] = 4 }), ["guides"] = new JsonArray(HelpLine("internet-hemma", "Guide: internet hemma"), HelpLine("innan-du-ringer", "Guide: innan du ringer")), ["popular"] = new JsonArray(HelpLine("byt-losenord", "Byt ditt lösenord"), HelpLine("skrivare", "Skriva ut och installera skrivare")), ["news"] = new JsonArray(HelpLine("extra-skarm", "Extra skärm eller dockningsstation fungerar inte")) },
            "/knowledge/articles/internet-hemma/guide" => GuideStep(context.Request.Query["via"].ToString()),
            "/knowledge/synonyms" => Page([JsonNode.Parse("""{"words":["wifi","trådlöst nätverk","wlan"]}""")!, JsonNode.Parse("""{"words":["officepaketet"],"means":["Word","Excel"]}""")!]),
            "/organisations" => Page([new JsonObject { ["id"] = "0199d000-0000-7000-8000-000000000001", ["name"] = "Nordvik kommun", ["domains"] = new JsonArray("nordvik.example"), ["people"] = 12 }]),
            "/knowledge/articles" => Page([KnowledgeLine("Byt ditt lösenord", "published"), KnowledgeLine("Ny skrivare på plan 3", "review", Guid.CreateVersion7().ToString())]),
            "/knowledge/links/broken" => Page([new JsonObject { ["articleId"] = Article, ["slug"] = "byt-losenord", ["title"] = "Byt ditt lösenord", ["language"] = "sv", ["owner"] = "anna.lind@desk.example", ["url"] = "https://konto.nordvik.example/gamla-sidan", ["reason"] = "gone", ["since"] = At(-900) }]),
            $"/knowledge/articles/{Article}/files" => Page([new JsonObject { ["name"] = "kontosidan.png", ["contentType"] = "image/png", ["size"] = 48213, ["at"] = At(-60), ["by"] = "Anna Lind", ["markdown"] = "![kontosidan](files/kontosidan.png)" }]),
            $"/knowledge/articles/{Article}/files/past" => Page([new JsonObject { ["id"] = 3, ["name"] = "kontosidan.png", ["contentType"] = "image/png", ["size"] = 39102, ["at"] = At(-6000), ["by"] = "Bo Ek", ["until"] = At(-60), ["untilBy"] = "Anna Lind" }]),
            $"/knowledge/articles/{Article}/versions" => Page([Version(2, "Öppna kontosidan."), Version(1, "Ring oss.")]),
            $"/knowledge/articles/{Article}/feedback" => new JsonObject { ["helped"] = 14, ["didNot"] = 2, ["items"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["version"] = 2, ["helped"] = false, ["why"] = "Koden kom aldrig.", ["at"] = At(-60) }) },
            $"/knowledge/articles/{Article}" => new JsonObject { ["id"] = Article, ["slug"] = "byt-losenord", ["version"] = 2, ["title"] = "Byt ditt lösenord", ["language"] = "sv", ["audience"] = "everyone", ["state"] = "published", ["publishedVersion"] = 2, ["owner"] = "anna.lind@desk.example", ["updatedAt"] = At(-900), ["html"] = "<p>Öppna kontosidan.</p><div class=\"for-agents tell\"><p><strong>Första linjen får säga</strong></p><p>Koden gäller i tio minuter.</p></div>", ["body"] = "Öppna kontosidan.", ["tellable"] = "Öppna kontosidan." },
            "/knowledge/articles/byt-losenord" => new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["slug"] = "byt-losenord", ["version"] = 2, ["title"] = "Byt ditt lösenord", ["language"] = "sv", ["audience"] = "everyone", ["updatedAt"] = At(-900), ["html"] = "<p>Så här byter du ditt lösenord, oavsett var du är.</p><h2>Gör så här</h2><ol><li>Öppna kontosidan.</li><li>Välj <strong>Nytt lösenord</strong>.</li><li>Bekräfta med telefonen.</li></ol><p>Det nya lösenordet gäller överallt inom fem minuter.</p>", ["body"] = "Öppna kontosidan, välj **Nytt lösenord** och bekräfta med telefonen." },
            _ when path.EndsWith("/attachments", StringComparison.Ordinal) => Page([]),
            "/people" => Page([new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["email"] = "rut.hansson@nordvik.example", ["name"] = RequesterName }]),
            "/analytics/overview" => Overview(),
            "/knowledge/trends" => new JsonObject { ["at"] = At(0), ["weeks"] = 8, ["items"] = new JsonArray(Trend("hour", "vpn", 14, 3.1, null), Trend("day", "skrivare plottern", 9, 1.4, "P-7")) },
            "/knowledge/gaps" => KnowledgeGaps(),
            "/knowledge/self-service" => new JsonObject
            {
                ["days"] = 30,
                ["read"] = 412,
                ["solved"] = 61,
                ["left"] = 38,
                ["asked"] = 22,
                ["saved"] = 5856,
                ["atMost"] = 9504,
                ["worth"] = new JsonObject { ["minuteCost"] = 8, ["contactMinutes"] = 12, ["currency"] = "SEK" },
                ["items"] = new JsonArray(new JsonObject { ["articleId"] = Article, ["title"] = "Byt ditt lösenord", ["slug"] = "byt-losenord", ["language"] = "sv", ["read"] = 301, ["solved"] = 55, ["left"] = 30, ["asked"] = 12 }),
            },
            "/mail" => Page(CannedMail.All()),
            "/mail/rules" => Page([new JsonObject { ["pattern"] = "@reklam.example", ["action"] = "never", ["madeBy"] = "Leif Ström", ["madeAt"] = At(-3000) }, new JsonObject { ["pattern"] = "larm@vaktbolag.example", ["action"] = "always", ["madeBy"] = "Leif Ström", ["madeAt"] = At(-9000) }]),
            "/mail/account" => new JsonObject { ["since"] = At(-1440), ["until"] = At(0), ["received"] = 412, ["tickets"] = 187, ["replies"] = 164, ["automatic"] = 41, ["bounces"] = 6, ["ignored"] = 13, ["quarantined"] = 1, ["balanced"] = AccountFault is null, ["faults"] = AccountFault is { } kind ? new JsonArray(new JsonObject { ["kind"] = kind, ["mails"] = 2 }) : new JsonArray() },
            "/analytics/mail" => new JsonObject { ["received"] = 412 - Unheard, ["tickets"] = 187 - Unheard, ["replies"] = 164, ["automatic"] = 41, ["bounces"] = 6, ["ignored"] = 13, ["quarantined"] = 1 },
            _ when path.StartsWith("/mail/", StringComparison.Ordinal) && path.EndsWith("/content", StringComparison.Ordinal) => new JsonObject { ["text"] = CannedMail.Text, ["files"] = new JsonArray(new JsonObject { ["name"] = "faktura.pdf", ["contentType"] = "application/pdf", ["size"] = 48213 }), ["source"] = CannedMail.Source, ["sourceCut"] = false },
            _ when path.StartsWith("/mail/", StringComparison.Ordinal) => CannedMail.All().FirstOrDefault(mail => path.EndsWith((string)mail["id"]!, StringComparison.Ordinal)),
            _ when path.Contains("/messages/", StringComparison.Ordinal) => Messages().FirstOrDefault(message => path.EndsWith((string)message["id"]!, StringComparison.Ordinal)),
            _ when path.EndsWith("/messages", StringComparison.Ordinal) => Page(Messages()),
            _ when path.EndsWith("/notes", StringComparison.Ordinal) => Page([new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["at"] = At(-35), ["from"] = Person("bo.ek@desk.example", "Bo Ek"), ["text"] = "Kontot låstes 07.52 efter tio försök från hennes telefon. Gammalt lösenord sparat där?", ["attachments"] = new JsonArray() }]),
            _ when path.EndsWith("/proposals", StringComparison.Ordinal) => Proposals(),
            _ when path.EndsWith("/parked", StringComparison.Ordinal) => Page(path.Contains("notification", StringComparison.Ordinal) ? [new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["type"] = "AgentReplied", ["reaction"] = "OnAgentReplied", ["reason"] = "The template has no text for the language xx.", ["lastAt"] = At(-12) }] : []),
            _ when path.EndsWith("/links", StringComparison.Ordinal) => Page([]),
            "/routing/majors" or "/routing/problems" => Page([]),
            _ when path.EndsWith("/timeline", StringComparison.Ordinal) => Page(SomebodyElse is not { } who
                ? [Line("atRisk", "system", null, null)]
                : [Line("assigned", "agent", who, who)]),
            _ when path.StartsWith("/tickets/D-10", StringComparison.Ordinal) => Ticket(int.Parse(path["/tickets/D-10".Length..], CultureInfo.InvariantCulture) - 42),
            _ => null,
        };
        await WriteAsync(context, answer ?? new JsonObject { ["code"] = "notFound", ["detail"] = "Not here.", ["status"] = 404 }, answer is null ? 404 : 200);
    }

    private static JsonObject English(string slug, params JsonNode[] translations) => new()
    {
        ["id"] = Guid.CreateVersion7().ToString(),
        ["slug"] = slug,
        ["version"] = 1,
        ["title"] = "Change your password",
        ["language"] = "en",
        ["audience"] = "everyone",
        ["updatedAt"] = At(-900),
        ["html"] = "<p>Open the account page.</p>",
        ["translations"] = new JsonArray(translations),
    };

    private static JsonObject HelpLine(string slug, string title) => new() { ["id"] = Guid.CreateVersion7().ToString(), ["slug"] = slug, ["title"] = title, ["language"] = "sv" };

    private static JsonObject GuideStep(string via) => new()
    {
        ["id"] = Guid.CreateVersion7().ToString(),
        ["slug"] = "internet-hemma",
        ["title"] = "Guide: internet hemma",
        ["language"] = "sv",
        ["version"] = 3,
        ["intro"] = "<p>Sex frågor.</p>",
        ["key"] = via.Length == 0 ? "restart" : "end",
        ["question"] = via.Length == 0 ? "Starta om routern. Hjälpte det?" : "Till din internetleverantör",
        ["html"] = via.Length == 0 ? "<p>Dra ur strömmen, vänta en halv minut.</p>" : "<p>Felet sitter i bredbandet. Visa sidan för leverantören.</p>",
        ["choices"] = via.Length > 0 ? [] : new JsonArray(new JsonObject { ["text"] = "Ja, nu går det bra", ["back"] = false, ["via"] = "fixed" }, new JsonObject { ["text"] = "Nej", ["back"] = false, ["via"] = "provider" }, new JsonObject { ["text"] = "Jag provar en gång till", ["back"] = true, ["via"] = "restart" }),
        ["end"] = via switch { "" => null, "ask" => "ask", _ => "take" },
        ["category"] = via == "ask" ? "network.vpn" : null,
        ["passed"] = via.Length == 0 ? [] : new JsonArray(new JsonObject { ["question"] = "Starta om routern. Hjälpte det?", ["answer"] = "Nej" }),
        ["via"] = via,
        ["before"] = via.Length == 0 ? null : "",
        ["summary"] = "Guide: internet hemma\n1. Starta om routern. Hjälpte det? Svar: Nej",
        ["changed"] = false,
    };

    private JsonObject Ticket(int i)
    {
        var (status, priority) = (new[] { "open", "new", "waiting", "open", "new", "open", "resolved", "open", "waiting", "open" }[i % 10], $"P{1 + (i * 3 + 1) % 5}");
        var (paused, mine) = (status == "waiting" ? "true" : "false", i % 2 == 0);
        return JsonNode.Parse($$"""
            {
              "id": "{{new Guid(i + 1, 1, 7, 8, 0, 0, 0, 0, 0, 0, 1)}}", "number": "D-{{1042 + i}}", "subject": {{Text_(i == 0 ? Subject : s_subjects[(i - 1) % s_subjects.Length])}},
              "channel": "{{new[] { "web", "mail", "phone", "walkIn", "mail" }[i % 5]}}", "status": "{{status}}", {{(status == "waiting" ? "\"waitingFor\": \"requester\"," : "")}}
              "type": "incident", "category": "account.password", "impact": "one", "urgency": "medium", "priority": "{{priority}}",
              "team": "{{(i % 3 == 0 ? "service-desk" : "network")}}", "teamName": "{{(i % 3 == 0 ? "Servicedesk" : "Nätverk")}}",
              {{(mine ? "\"assignee\": \"anna.lind@desk.example\", \"assigneeName\": \"Anna Lind\"," : "")}}
              "requester": {
                "id": "{{new Guid(i + 1, 3, 7, 8, 0, 0, 0, 0, 0, 0, 1)}}", "email": "rut.hansson@nordvik.example", "phone": "+46 70 123 45 67", "language": "sv", "organisation": "Nordvik kommun",
                "name": {{Text_(i == 0 ? RequesterName : new[] { "Erik Sund", "Maja Öberg", "Ali Rezaei" }[i % 3])}}
              },
              "nextStep": "{{(status == "resolved" ? "confirm" : mine ? "reply" : "answer")}}", "nextStepAt": "{{At(25 + i * 40)}}",
              "clocks": [
                { "target": "answer", "dueAt": "{{At(mine ? -20 : 8 + i * 9)}}", {{(mine ? $"\"metAt\": \"{At(-30)}\"," : "")}} "missed": false, "paused": false },
                { "target": "reply", {{(status == "waiting" ? "" : $"\"dueAt\": \"{At(i == 3 ? -14 : 25 + i * 40)}\",")}} "missed": {{(i == 3 ? "true" : "false")}}, "paused": {{paused}} },
                { "target": "resolution", {{(status == "waiting" ? "" : $"\"dueAt\": \"{At(300 + i * 60)}\",")}} "missed": false, "paused": {{paused}} }
              ],
              "createdAt": "{{At(-55 - i * 30)}}", "updatedAt": "{{At(-4 - i * 17)}}", "version": 7
            }
            """)!.AsObject();

        static string Text_(string text) => JsonValue.Create(text).ToJsonString();
    }

    private IEnumerable<JsonNode> Messages()
    {
        yield return new JsonObject { ["id"] = new Guid(1, 2, 7, 8, 0, 0, 0, 0, 0, 0, 1).ToString(), ["at"] = At(-55), ["direction"] = "in", ["channel"] = "mail", ["from"] = Person("rut.hansson@nordvik.example", RequesterName), ["to"] = new JsonArray("support@desk.example"), ["cc"] = new JsonArray(), ["subject"] = Subject, ["text"] = Text, ["html"] = Html, ["attachments"] = new JsonArray(new JsonObject { ["id"] = Guid.CreateVersion7().ToString(), ["name"] = "skärmbild.png", ["contentType"] = "image/png", ["size"] = 184320 }) };
        yield return new JsonObject { ["id"] = new Guid(2, 2, 7, 8, 0, 0, 0, 0, 0, 0, 1).ToString(), ["at"] = At(-30), ["direction"] = "out", ["channel"] = "mail", ["from"] = Person("anna.lind@desk.example", "Anna Lind"), ["to"] = new JsonArray("rut.hansson@nordvik.example"), ["cc"] = new JsonArray(), ["subject"] = Subject, ["text"] = "Hej!\n\nJag ser att kontot är låst. Har du nyss bytt lösenord på telefonen?\n\nAnna", ["attachments"] = new JsonArray(), ["delivery"] = "sent" };
        yield return new JsonObject { ["id"] = new Guid(3, 2, 7, 8, 0, 0, 0, 0, 0, 0, 1).ToString(), ["at"] = At(-6), ["direction"] = "in", ["channel"] = "mail", ["from"] = Person("rut.hansson@nordvik.example", RequesterName), ["to"] = new JsonArray("support@desk.example"), ["cc"] = new JsonArray(), ["subject"] = Subject, ["text"] = "Ja, det gjorde jag i går kväll!\n\nDen 22 nov 2026 skrev Anna Lind <support@desk.example>:\n> Jag ser att kontot är låst.\n> Har du nyss bytt lösenord på telefonen?", ["attachments"] = new JsonArray() };
    }

    private static JsonObject Overview() => new()
    {
        ["at"] = At(0),
        ["open"] = new JsonObject
        {
            ["total"] = 84,
            ["byPriority"] = new JsonArray([.. new[] { 1, 6, 23, 38, 16 }.Select((n, i) => new JsonObject { ["priority"] = $"P{i + 1}", ["count"] = n })]),
            ["byTeam"] = new JsonArray([.. new[] { ("service-desk", "Servicedesk", 31), ("network", "Nätverk", 12), ("workplace", "Arbetsplats", 27), ("applications", "Verksamhetssystem", 14) }.Select(t => new JsonObject { ["team"] = t.Item1, ["teamName"] = t.Item2, ["count"] = t.Item3 })]),
        },
        ["flow"] = new JsonArray([.. Enumerable.Range(0, 24).Select(i => new JsonObject { ["hour"] = At((i - 23) * 60), ["in"] = (int)(9 + 8 * Math.Sin(i / 3.0)), ["out"] = (int)(8 + 7 * Math.Sin((i - 2) / 3.0)) })]),
        ["answer"] = new JsonObject { ["medianMinutes"] = 11, ["p90Minutes"] = 52, ["withinTarget"] = 0.94 },
        ["resolution"] = new JsonObject { ["medianMinutes"] = 164, ["p90Minutes"] = 1130, ["withinTarget"] = 0.88 },
        ["oldestWaiting"] = new JsonArray([.. Enumerable.Range(0, 5).Select(i => new JsonObject { ["number"] = $"D-{1001 + i}", ["subject"] = s_subjects[i], ["priority"] = $"P{2 + i % 3}", ["team"] = "network", ["since"] = At(-4000 + i * 300), ["nextStep"] = "solve", ["dueAt"] = At(40 + i * 60) })]),
        ["overdue"] = new JsonArray(new JsonObject { ["number"] = "D-1003", ["subject"] = s_subjects[2], ["priority"] = "P3", ["team"] = "applications", ["since"] = At(-3000), ["nextStep"] = "solve", ["dueAt"] = At(-75) }),
        ["blackHoles"] = new JsonArray(),
        ["mail"] = new JsonObject { ["received"] = 412, ["tickets"] = 187, ["replies"] = 164, ["automatic"] = 41, ["bounces"] = 6, ["ignored"] = 13, ["quarantined"] = 1 },
        ["deliveries"] = new JsonObject { ["sent"] = 538, ["failed"] = 2 },
    };

    private static JsonObject Page(IEnumerable<JsonNode> items) => new() { ["items"] = new JsonArray([.. items]) };

    private static JsonObject Named(string key, string sv, string en) => new() { ["key"] = key, ["sv"] = sv, ["en"] = en };

    private static JsonObject Agent(string name) => new() { ["id"] = Guid.CreateVersion7().ToString(), ["email"] = name.ToLowerInvariant().Replace(' ', '.') + "@desk.example", ["name"] = name, ["active"] = true, ["role"] = "agent", ["teams"] = new JsonArray("service-desk", "network") };

    private static JsonObject Line(string kind, string actor, string? name, string? to) => new()
    { ["at"] = At(0), ["kind"] = kind, ["actor"] = new JsonObject { ["kind"] = actor, ["name"] = name }, ["to"] = to, ["field"] = "answer" };

    private static JsonObject Question(bool mine) => new()
    { ["id"] = new Guid(7, 7, 7, 8, 0, 0, 0, 0, 0, 0, 7).ToString(), ["number"] = "D-1042", ["to"] = "Nätverk", ["question"] = "Är porten spärrad för gäster?", ["by"] = "Anna Lind", ["at"] = At(-12), ["mine"] = mine };

    private static JsonObject Person(string email, string name) => new() { ["email"] = email, ["name"] = name };

    private static JsonObject Found(string slug, string title, string snippet) => new() { ["id"] = Guid.CreateVersion7().ToString(), ["slug"] = slug, ["title"] = title, ["snippet"] = snippet, ["score"] = 1.5, ["language"] = "sv" };

    public const string Article = "01890000-0000-7000-8000-000000000001";

    private JsonObject KnowledgeLine(string title, string state, string id = Article) => new() { ["id"] = id, ["slug"] = "byt-losenord", ["version"] = 2, ["title"] = title, ["language"] = "sv", ["audience"] = "everyone", ["state"] = state, ["updatedAt"] = At(-900), ["helped"] = 14, ["didNot"] = 2, ["used"] = 5 };

    private JsonObject Version(int version, string body) => new() { ["version"] = version, ["state"] = "published", ["title"] = "Byt ditt lösenord", ["body"] = body, ["audience"] = "everyone", ["at"] = At(-900 * version), ["by"] = "Anna Lind" };

    private static JsonObject Trend(string window, string words, int observed, double expected, string? problem) => new()
    {
        ["window"] = window,
        ["words"] = new JsonArray([.. words.Split(' ').Select(word => (JsonNode)word)]),
        ["observed"] = observed,
        ["expected"] = expected,
        ["since"] = At(-50),
        ["open"] = observed - 2,
        ["tickets"] = new JsonArray("D-1042", "D-1043"),
        ["problem"] = problem,
    };

    private static JsonObject KnowledgeGaps() => new()
    {
        ["items"] = new JsonArray(
            Gap("Plottern ritar dubbla linjer", "open", 7, 3), Gap("Byta bakgrund i videomöten", "owned", 4, 0), Gap("Låna projektor", "answered", 5, 0)),
        ["searches"] = new JsonArray(new JsonObject { ["key"] = "s:projektor", ["words"] = "låna projektor", ["language"] = "sv", ["times"] = 6, ["lastAt"] = At(-200) }),
        ["misleading"] = new JsonArray(new JsonObject { ["articleId"] = Article, ["title"] = "Byt ditt lösenord", ["language"] = "sv", ["owner"] = "anna.lind@desk.example", ["used"] = 9, ["solved"] = 4, ["misled"] = 3, ["tickets"] = new JsonArray("D-1042", "D-1040") }),
    };

    private static JsonObject Gap(string title, string state, int tickets, int searches) => new()
    {
        ["id"] = Guid.CreateVersion7().ToString(),
        ["title"] = title,
        ["words"] = title.ToLowerInvariant(),
        ["language"] = "sv",
        ["tickets"] = tickets,
        ["searches"] = searches,
        ["medianMinutes"] = 42,
        ["savesMinutes"] = tickets * 42 + searches * 12,
        ["owner"] = state == "owned" ? "anna.lind@desk.example" : null,
        ["articleId"] = state == "answered" ? Article : null,
        ["articleTitle"] = state == "answered" ? title : null,
        ["state"] = state,
        ["uses"] = 3,
        ["solved"] = 2,
        ["example"] = "D-1042",
    };

    private static JsonObject Proposals()
    {
        var page = Page([Proposal("byt-losenord", "Byt ditt lösenord", "Gå till kontosidan och välj Nytt lösenord. Du behöver din telefon."), Proposal("las-upp-dator", "Lås upp datorn efter för många försök", "Vänta en kvart, eller lås upp med engångskoden.")]);
        page["similar"] = new JsonArray(new JsonObject { ["number"] = "D-998", ["subject"] = "Kontot är låst", ["solution"] = "Kontot låstes upp och det gamla lösenordet togs bort ur telefonen.", ["language"] = "sv", ["solvedAt"] = At(-9000), ["times"] = 12 });
        page["alike"] = new JsonObject { ["count"] = 12, ["since"] = At(-95), ["tickets"] = new JsonArray(new JsonObject { ["number"] = "D-1040", ["subject"] = "Kommer inte in", ["status"] = "open", ["at"] = At(-90) }) };
        page["problems"] = new JsonArray(new JsonObject { ["number"] = "P-7", ["title"] = "Inloggningen svarar inte", ["status"] = "known", ["major"] = true, ["workaround"] = "Logga in med kabel.", ["attached"] = false });
        return page;
    }

    private static JsonObject Proposal(string slug, string title, string snippet) => new() { ["id"] = Guid.CreateVersion7().ToString(), ["articleId"] = Guid.CreateVersion7().ToString(), ["slug"] = slug, ["title"] = title, ["snippet"] = snippet, ["score"] = 2.5, ["language"] = "sv" };

    private static string At(double minutes) => TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToString("o", CultureInfo.InvariantCulture);

    private static async Task WriteAsync(HttpContext context, JsonNode body, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        await context.Response.WriteAsync(body.ToJsonString());
    }
}
