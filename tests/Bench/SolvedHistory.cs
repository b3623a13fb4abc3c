using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Desk.Bench;

/// <summary>
/// What a desk solved in the last eight weeks, with which article, as an import takes it in: newline-delimited JSON. Source, ticket and event are always the
/// same, so that it comes in once however often it is sent.
/// </summary>
internal static class SolvedHistory
{
    private const int Days = 56;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Kind(string Language, string Article, string Category, string Subject, string[] Tells, string Solution, int Times);

    // Where no article is named, none answers it.
    private static readonly Kind[] Kinds =
    [
        new("sv", "Jag har glömt mitt lösenord", "account.password", "Glömt lösenordet", ["Jag har glömt mitt lösenord efter semestern och kommer inte in på datorn.", "Lösenordet går inte att komma ihåg, jag behöver ett nytt."], "Bytte lösenordet tillsammans enligt artikeln.", 14),
        new("sv", "Mitt konto är låst", "account.password", "Kontot är låst", ["Det står att kontot är låst efter för många försök.", "Jag skrev fel lösenord flera gånger och nu är kontot låst."], "Låste upp kontot och rensade det gamla lösenordet i telefonen.", 12),
        new("sv", "Skriva ut och installera skrivare", "printer", "Skrivaren skriver inte ut", ["Skrivaren på plan två skriver inte ut mina dokument.", "Jag hittar inte den nya skrivaren och behöver installera den."], "Installerade skrivaren på nytt och tömde kön.", 12),
        new("sv", "VPN ansluter inte eller kopplar ner", "network.vpn", "VPN ansluter inte", ["VPN ansluter inte hemifrån sedan i morse.", "VPN kopplar ner efter några minuter hela tiden."], "Uppdaterade klienten och anslöt på nytt.", 14),
        new("sv", "Trådlöst nätverk på kontoret", "network.wifi", "Trådlöst nätverk saknas", ["Datorn hittar inte det trådlösa nätverket på kontoret.", "Det trådlösa nätverket frågar efter lösenord om och om igen."], "Glömde nätverket och anslöt på nytt med arbetskontot.", 10),
        new("sv", "Beställa och installera program", "software.install", "Behöver ett program", ["Jag behöver installera ett ritprogram på min dator.", "Hur beställer jag ett program som inte finns i portalen?"], "Programmet beställdes och installerades.", 10),
        new("sv", "Tvåstegsverifiering, ny telefon och koder som inte kommer", "account.access", "Ny telefon och inga koder", ["Jag har fått ny telefon och får inga koder för tvåstegsverifiering.", "Koderna för verifiering kommer inte fram."], "Registrerade den nya telefonen.", 10),
        new("en", "I have forgotten my password", "account.password", "Forgotten password", ["I have forgotten my password and cannot sign in to the computer.", "I need a new password after my holiday."], "Changed the password together as the article says.", 12),
        new("en", "VPN does not connect, or drops", "network.vpn", "VPN drops", ["The VPN drops every few minutes when I work from home.", "The VPN does not connect since this morning."], "Updated the client and connected again.", 12),
        new("en", "Print, and install a printer", "printer", "Printer does not print", ["The printer on the second floor does not print my documents.", "I need to install the new printer."], "Installed the printer again and emptied the queue.", 10),
        new("en", "The computer is slow, freezes or restarts", "computer", "Computer is slow", ["My computer is slow and freezes when I open several programs.", "The computer restarts in the middle of work."], "Freed space on the disk and installed updates.", 10),
        new("en", "No sound or no picture in Teams meetings", "software.office", "No sound in Teams", ["Nobody hears me in Teams meetings, there is no sound.", "There is no picture from my camera in Teams meetings."], "Chose the right microphone and camera in the settings.", 10),
        new("sv", "", "other", "Passerkortet öppnar inte garaget", ["Passerkortet öppnar inte grinden till garaget längre.", "Mitt passerkort öppnar inte garaget efter bytet av läsare."], "Kodade om passerkortet i läsarens register.", 12),
        new("en", "", "business.system", "Expense report stuck in approval", ["My expense report is stuck in approval and nobody can open it.", "The expense report stays stuck in approval after my manager left."], "Moved the expense report to the new approver.", 10),
    ];

    private static readonly (string Language, string Email, string Name)[] Requesters =
    [
        ("sv", "rut.hansson@nordvik.example", "Rut Hansson"), ("sv", "maja.holm@nordvik.example", "Maja Holm"), ("sv", "ivar.ask@nordvik.example", "Ivar Ask"),
        ("en", "emma.reed@lindqvist.example", "Emma Reed"), ("en", "james.cole@lindqvist.example", "James Cole"),
    ];

    private static readonly (string Email, string Name)[] Agents =
    [
        ("anna.lind@desk.example", "Anna Lind"), ("bo.ek@desk.example", "Bo Ek"), ("cecilia.dahl@desk.example", "Cecilia Dahl"), ("daniel.nyman@desk.example", "Daniel Nyman"),
    ];

    public static IEnumerable<string> Lines(DateTimeOffset now)
    {
        var tickets = Kinds.SelectMany(kind => Enumerable.Range(0, kind.Times).Select(time => (Kind: kind, Time: time))).ToList();
        // Each subject is spread over all the weeks: 61 has no divisor in common with the count.
        return tickets.SelectMany((ticket, index) => Of(ticket.Kind, ticket.Time, index, now.AddDays(-1 - Days * ((double)(index * 61 % tickets.Count) / tickets.Count))));
    }

    private static IEnumerable<string> Of(Kind kind, int time, int index, DateTimeOffset at)
    {
        var (_, email, name) = Requesters.Where(one => one.Language == kind.Language).ElementAt(time % 2);
        var agent = Agents[index % Agents.Length];
        yield return Line("registered", at, new { subject = kind.Subject, text = kind.Tells[time % kind.Tells.Length], category = kind.Category, channel = "mail", requester = new { email, name } });
        yield return Line("assigned", at.AddMinutes(5 + index % 20), new { by = new { name = agent.Name }, assignee = agent.Email, assigneeName = agent.Name });
        yield return Line("agentMessage", at.AddMinutes(30 + index % 40), new { by = new { name = agent.Name }, text = kind.Solution });
        yield return Line("resolved", at.AddMinutes(32 + index % 40), new { by = new { name = agent.Name }, text = kind.Solution, article = kind.Article.Length > 0 ? kind.Article : null });

        string Line(string what, DateTimeOffset when, object more)
            => $"{JsonSerializer.Serialize(new { source = "demo", ticket = $"H-{index + 1}", id = what, @event = what, at = when }, Json)[..^1]},{JsonSerializer.Serialize(more, Json)[1..]}";
    }
}
