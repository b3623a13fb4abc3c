using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;

namespace Desk.Intake.Tests.Api;

/// <summary>History comes in once, however often it is sent, and nobody is told.</summary>
[Collection(UsesTheDesk.Name)]
public class ImportTests(IntakeDesk desk)
{
    private static readonly Caller Admin = new(Guid.Parse("0190f000-0000-7000-8000-0000000001ff"), "Astrid Berg", "astrid.berg@desk.example", "admin", false, "sv");

    [Fact]
    public async Task What_came_in_once_comes_in_no_more_and_what_is_new_is_told_routing()
    {
        await desk.Host.Broker.Hear<TicketImported>();
        var run = $"{Guid.CreateVersion7():N}";
        var history = $$$"""
            {"source":"{{{run}}}","ticket":"INC1","event":"registered","at":"2026-01-12T08:00:00+01:00","subject":"Skrivaren","text":"Den skriver inte.","requester":{"email":"Rut.{{{run}}}@nordvik.example","name":"Rut"},"channel":"phone","impact":"group","priority":"P2"}
            {"source":"{{{run}}}","ticket":"INC1","event":"agentMessage","at":"2026-01-12T09:00:00Z","by":{"name":"Agent 7"},"text":"Prova nu."}
            {"source":"{{{run}}}","ticket":"INC1","event":"note","at":"2026-01-12T09:01:00Z","by":{"name":"Agent 7"},"text":"Trasig trumma."}

            {"source":"{{{run}}}","ticket":"INC1","id":"e4","event":"resolved","at":"2026-01-12T10:00:00Z","by":{"name":"Agent 7"},"text":"Ny trumma."}
            """;

        Assert.Equal((1, 4, 0, 0), Counts(await Import(history)));
        var told = await desk.Host.Broker.Next<TicketImported>(it => it.Requester.Email == $"rut.{run}@nordvik.example");
        Assert.Equal([ImportedKind.Registered, ImportedKind.AgentMessage, ImportedKind.Note, ImportedKind.Resolved], told.Events.Select(past => past.Kind));
        Assert.Equal((new DateTimeOffset(2026, 1, 12, 7, 0, 0, TimeSpan.Zero), Channel.Phone, Priority.P2), (told.RegisteredAt, told.Channel, told.Events[0].Priority!.Value));

        Assert.Equal((0, 0, 4, 0), Counts(await Import(history)));
        Assert.Equal((0, 1, 4, 0), Counts(await Import(history + $$$"""

            {"source":"{{{run}}}","ticket":"INC1","event":"closed","at":"2026-01-20T10:00:00Z"}
            """)));

        Assert.Equal(["Den skriver inte.", "Prova nu."], (await desk.All(Callers.Agent, $"/tickets/{told.Number}/messages")).Select(message => message["text"]!.GetValue<string>()));
        Assert.Equal("Trasig trumma.", Assert.Single(await desk.All(Callers.Agent, $"/tickets/{told.Number}/notes"))["text"]!.GetValue<string>());
        Assert.Equal("2026-01-12T07:00:00Z", (await desk.Get(Callers.Agent, $"/tickets/{told.Number}")).Json!["createdAt"]!.GetValue<DateTimeOffset>().ToString("yyyy-MM-ddTHH:mm:ssZ"));
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_is_told_of_and_stops_no_other()
    {
        var run = $"{Guid.CreateVersion7():N}";
        var answer = await Import($$$"""
            not json
            {"source":"{{{run}}}","ticket":"A","event":"resolved","at":"2026-01-12T10:00:00Z"}
            {"source":"{{{run}}}","ticket":"B","event":"registered","at":"2026-01-12T08:00:00Z","subject":"x","requester":{"email":"nobody"}}
            {"source":"{{{run}}}","ticket":"C","event":"exploded","at":"2026-01-12T08:00:00Z"}
            {"source":"{{{run}}}","ticket":"D","event":"registered","at":"2126-01-12T08:00:00Z","subject":"x","requester":{"email":"a@b.example"}}
            {"source":"{{{run}}}","ticket":"E","event":"registered","at":"2026-01-12T08:00:00Z","subject":"x","requester":{"email":"a@b.example"}}
            """);

        Assert.Equal((1, 1, 0, 5), Counts(answer));
        Assert.Equal([1, 2, 3, 4, 5], answer["faults"]!.AsArray().Select(fault => fault!["line"]!.GetValue<int>()).Order());
    }

    [Fact]
    public async Task Only_admins_import() => Assert.Equal(HttpStatusCode.Forbidden, (await Send(Callers.Agent, "{}")).StatusCode);

    private static (int, int, int, int) Counts(JsonNode answer)
        => (answer["tickets"]!.GetValue<int>(), answer["events"]!.GetValue<int>(), answer["known"]!.GetValue<int>(), answer["faultCount"]!.GetValue<int>());

    private async Task<JsonNode> Import(string history)
    {
        var answer = await Send(Admin, history);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private Task<HttpResponseMessage> Send(Caller caller, string history)
        => desk.Host.As(caller).PostAsync("/api/v1/import/tickets", new StringContent(history, Encoding.UTF8, "application/x-ndjson"));
}
