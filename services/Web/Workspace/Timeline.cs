using Desk.Contracts;
using Desk.Web.Shared;

namespace Desk.Web.Workspace;

/// <summary>A line of what happened to a ticket, as Routing tells it: Field says which, From and To what it moved between, Text why.</summary>
public sealed record TimelineLine(DateTimeOffset At, string Kind, TimelineActor? Actor, string? Text, string? From, string? To, string? Field);

public sealed record TimelineActor(ActorKind Kind, string? Name);

/// <summary>Puts a line of the timeline in words.</summary>
internal static class Timeline
{
    public static string Who(TimelineLine line, Words words) => line.Actor switch
    {
        { Name: { Length: > 0 } name } => name,
        { Kind: ActorKind.Requester } => words["Beställaren", "The requester"],
        _ => "Desk",
    };

    public static string Say(TimelineLine line, Words words) => line.Kind switch
    {
        "registered" => words["registrerade ärendet", "registered the ticket"],
        "triaged" => words[$"satte prioritet {line.To}", $"set priority {line.To}"],
        "reclassified" => words[$"ändrade {Field(line.Field, words)} till {line.To}", $"changed {Field(line.Field, words)} to {line.To}"],
        "retargeted" => words["räknade om tiderna", "worked the times out again"],
        "assigned" when line.Field == "left" => words[$"gav det till {line.To}: {line.From} har slutat", $"gave it to {line.To}: {line.From} has left"],
        "assigned" when line.Field == "handBack" => words[$"gav det till {line.To}: {line.From} gick och lämnade tillbaka det", $"gave it to {line.To}: {line.From} went and handed it back"],
        "assigned" when line.Field == "offDuty" => words[$"gav det till {line.To}: {line.From} är inte här på två veckor", $"gave it to {line.To}: {line.From} is not here for two weeks"],
        "assigned" when line.Field == "shiftEnd" => words[$"lämnade över det till {line.To}: passet är slut för {line.From}", $"handed it over to {line.To}: the shift of {line.From} is over"],
        "assigned" when line.Field == "silent" => words[$"tog tillbaka det från {line.From}, som inte hördes av: nu hos {line.To}", $"took it back from {line.From}, who was not heard of: now with {line.To}"],
        "assigned" when line.To is { Length: > 0 } to && to == line.Actor?.Name => words["tog ärendet", "took the ticket"],
        "assigned" => words[$"tilldelade {line.To}", $"assigned it to {line.To}"],
        "escalated" when line.Field == "lead" => words["bad gruppledaren ta över", "asked the lead to take over"],
        "escalated" when line.Field == "manager" => words["bad chefen ta över", "asked the manager to take over"],
        "escalated" when line.Field == "timeBox" => words[$"eskalerade till {line.To}: linjens tid var slut", $"escalated it to {line.To}: the line's time was over"],
        "escalationOffered" => words[$"sade att tiden hos {line.To} är slut: dags att eskalera", $"said that the time with {line.To} is over: time to escalate"],
        "askedIn" => words[$"frågade {line.To}", $"asked {line.To}"],
        "askAnswered" => words["svarade på frågan", "answered the question"],
        "escalated" => words[$"eskalerade till {line.To}", $"escalated it to {line.To}"],
        "opened" => words["började arbeta", "began to work"],
        "paused" => words["pausade klockorna", "paused the clocks"],
        "resumed" => words["lät klockorna gå igen", "let the clocks run again"],
        "resolved" => words["löste ärendet", "resolved the ticket"],
        "reopened" => words["öppnade igen", "reopened it"],
        "closed" => words["avslutade ärendet", "closed the ticket"],
        "requesterWrote" when line.From is { } via => words[$"skrev i {via}", $"wrote in {via}"],
        "requesterWrote" => words["skrev", "wrote"],
        "merged" => words[$"slog ihop det med {line.To}", $"merged it into {line.To}"],
        "unmerged" => words[$"ångrade hopslagningen med {line.From}", $"undid the merge into {line.From}"],
        "tookIn" => words[$"slog ihop {line.From} med det här", $"merged {line.From} into this"],
        "gaveBack" => words[$"ångrade hopslagningen av {line.To}", $"undid the merge of {line.To}"],
        "linked" => line.Field switch
        {
            "splitFrom" => words[$"bröt ut det ur {line.To}", $"split it off from {line.To}"],
            "continues" => words[$"fortsätter {line.To}, som är avslutat", $"goes on with {line.To}, which is closed"],
            "continuedBy" => words[$"skrev igen: {line.To} fortsätter", $"wrote again: {line.To} goes on with it"],
            "parent" => words[$"gjorde det till en del av {line.To}", $"made it a part of {line.To}"],
            "child" => words[$"gjorde {line.To} till en del av det", $"made {line.To} a part of it"],
            "problem" => words[$"hänförde det till problemet {line.To}", $"put it down to problem {line.To}"],
            "splitInto" => words[$"bröt ut {line.To}", $"split off {line.To}"],
            _ => words[$"kopplade det till {line.To}", $"linked it to {line.To}"],
        },
        "unlinked" => words[$"tog bort kopplingen till {line.From}", $"removed the link to {line.From}"],
        "automaticReply" => words["skickade ett automatiskt svar", "sent an automatic reply"],
        "agentWrote" => words["svarade", "replied"],
        "noteWritten" => words["skrev en anteckning", "wrote a note"],
        "mailFailed" => words["kunde inte nå beställaren med mejl", "could not reach the requester by mail"],
        "fired" when line.Field == "deep" => words[$"utlösaren {line.To} (version {line.From}) hölls tillbaka: för många utlöste varandra", $"trigger {line.To} (version {line.From}) was held back: too many set off one another"],
        "fired" when line.Field == "hour" => words[$"utlösaren {line.To} (version {line.From}) hölls tillbaka: för mycket på en timme", $"trigger {line.To} (version {line.From}) was held back: too much in an hour"],
        "fired" => words[$"utlösaren {line.To} (version {line.From})", $"trigger {line.To} (version {line.From})"],
        "stepsAdded" when line.To is { } list => words[$"lade på checklistan {list}", $"put on the checklist {list}"],
        "stepsAdded" => words["lade till steg", "added steps"],
        "stepDone" => words["gjorde steget", "did the step"],
        "stepUndone" => words["öppnade steget igen", "opened the step again"],
        "stepTaken" => words["tog bort steget", "took the step away"],
        "atRisk" => words[$"varnade: {Field(line.Field, words)} är snart dags", $"warned: {Field(line.Field, words)} is due soon"],
        "missed" => words[$"{Field(line.Field, words)} blev försenat", $"{Field(line.Field, words)} was missed"],
        var other => other,
    };

    /// <summary>Why, or what was done; null when the line says all.</summary>
    public static string? More(TimelineLine line, Words words) => line.Kind switch
    {
        "triaged" => null,
        "fired" => string.IsNullOrWhiteSpace(line.Text) ? null : string.Join("; ", line.Text.Split('\n').Select(deed => SetUp.TriggerWords.Deed(deed, words))),
        _ => string.IsNullOrWhiteSpace(line.Text) ? null : line.Text,
    };

    private static string Field(string? field, Words words) => field switch
    {
        "type" => words["typ", "type"],
        "category" => words["kategori", "category"],
        "impact" => words["påverkan", "impact"],
        "urgency" => words["brådska", "urgency"],
        "priority" => words["prioritet", "priority"],
        "ownership" => words["vems saken är", "whose it is"],
        "answer" => words["första svar", "first answer"],
        "reply" => words["svar", "reply"],
        "update" => words["lägesrapport", "update"],
        "resolution" => words["lösning", "resolution"],
        _ => field ?? "",
    };
}
