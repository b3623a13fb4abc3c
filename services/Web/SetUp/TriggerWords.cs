using Desk.Web.Shared;

namespace Desk.Web.SetUp;

/// <summary>What triggers wait for, look at and do, in words.</summary>
internal static class TriggerWords
{
    public static readonly (string Value, string Sv, string En)[] Moments =
    [
        ("registered", "Ett ärende kommer in", "A ticket comes in"), ("requesterReplied", "Beställaren skriver", "The requester writes"), ("agentReplied", "En handläggare svarar", "An agent replies"),
        ("noteAdded", "En anteckning skrivs", "A note is written"), ("mailFailed", "Ett mejl når inte beställaren", "A mail does not reach the requester"), ("assigned", "Det tilldelas", "It is assigned"), ("escalated", "Det eskaleras", "It is escalated"),
        ("reclassified", "Kategori, påverkan eller brådska ändras", "Category, impact or urgency changes"), ("statusChanged", "Statusen ändras", "The status changes"), ("resolved", "Det löses", "It is solved"),
        ("reopened", "Det öppnas igen", "It is opened again"), ("closed", "Det avslutas", "It is closed"), ("targetAtRisk", "Ett löfte är snart försenat", "A promise will soon be late"), ("targetMissed", "Ett löfte blir försenat", "A promise is late"),
        ("inStatus", "Tid: har haft samma status", "Time: has had the same status"), ("requesterSilent", "Tid: beställaren har inte svarat", "Time: the requester has not answered"),
        ("agentSilent", "Tid: servicedesken har inte svarat", "Time: the desk has not answered"), ("beforeDue", "Tid: så långt före ett löfte", "Time: so long before a promise is due"),
    ];

    public static readonly (string Value, string Sv, string En)[] Acts =
    [
        ("setType", "Sätt typ", "Set type"), ("setCategory", "Sätt kategori", "Set category"), ("setImpact", "Sätt påverkan", "Set impact"), ("setUrgency", "Sätt brådska", "Set urgency"),
        ("setOwnership", "Sätt vems saken är", "Set whose it is"), ("assignTeam", "Ge det till team", "Give it to team"), ("assignAgent", "Ge det till handläggare", "Give it to agent"), ("escalate", "Eskalera", "Escalate"),
        ("note", "Skriv en anteckning", "Write a note"), ("checklist", "Lägg på checklista", "Put on checklist"), ("tellRequester", "Skriv till beställaren", "Write to the requester"), ("tellAgent", "Mejla handläggare", "Mail agent"),
        ("pause", "Vänta på", "Wait for"), ("resume", "Återuppta", "Resume"), ("resolve", "Lös", "Resolve"), ("close", "Avsluta", "Close"),
    ];

    public static readonly IReadOnlyList<FormField> Conditions =
    [
        new("field", Shape.Choice, "Fält", "Field", null, null, SetUpKind.Of(
            ("type", "Typ", "Type"), ("category", "Kategori", "Category"), ("impact", "Påverkan", "Impact"), ("urgency", "Brådska", "Urgency"), ("priority", "Prioritet", "Priority"), ("vip", "VIP", "VIP"),
            ("ownership", "Vems saken är", "Whose it is"), ("team", "Team", "Team"), ("assignee", "Handläggare", "Agent"), ("line", "Linje", "Line"), ("status", "Status", "Status"), ("waitingFor", "Väntar på", "Waits for"),
            ("channel", "Kanal", "Channel"), ("organisation", "Organisation", "Organisation"), ("requester", "Beställare", "Requester"), ("language", "Språk", "Language"), ("words", "Ord i ämne eller text", "Words in subject or text"),
            ("age", "Ålder i timmar", "Age in hours"), ("reopened", "Gånger öppnat igen", "Times opened again"))),
        new("is", Shape.Choice, "Är", "Is", null, null, SetUpKind.Of(("is", "är", "is"), ("isNot", "är inte", "is not"), ("contains", "innehåller", "contains"), ("more", "mer än", "more than"), ("less", "mindre än", "less than"))),
        new("value", Shape.Text, "Värde", "Value", null, null, (names, words) =>
        [
            .. names.Desk.Teams.Select(team => new Option(team.Key, Api.DeskNames.NameOf(team, words))), .. names.Desk.Categories.Select(category => new Option(category.Key, Api.DeskNames.NameOf(category, words))),
            .. names.Desk.Agents.Select(agent => new Option(agent.Email, agent.Name)),
        ]),
    ];

    /// <summary>A deed as Routing says it: the act, its value and, after an exclamation mark, why it was not done.</summary>
    public static string Deed(string line, Words words)
    {
        var parts = line.Split(" !", 2);
        var (act, value) = (parts[0].Split(' ', 2)[0], parts[0].Split(' ', 2) is [_, { Length: > 0 } what] ? $": {what}" : "");
        var name = Acts.FirstOrDefault(known => known.Value == act) is { Value: not null } found ? words[found.Sv, found.En] : act;
        return parts.Length < 2 ? name + value : parts[1] switch
        {
            "already" => name + value + words[" (var redan så)", " (was so already)"],
            "checklist.open" => name + value + words[" (gick inte: checklistan är inte klar)", " (not done: the checklist is not finished)"],
            "ticket.openChildren" => name + value + words[" (gick inte: ärendet har delar)", " (not done: the ticket has parts)"],
            var code => name + value + words[$" (gick inte: {code})", $" (not done: {code})"],
        };
    }
}
