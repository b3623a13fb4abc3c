using System.Net;
using System.Net.Http.Json;
using Desk.Contracts;
using Desk.ServiceDefaults.Identity;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Intake.Tests.Api;

[Collection(UsesTheDesk.Name)]
public class VisibilityTests(IntakeDesk desk)
{
    private const string Png = "iVBORw0KGgoAAAANSUhEUg==";

    [Fact]
    public async Task Anothers_ticket_does_not_exist_at_any_address()
    {
        var ticket = await desk.Ticket(IntakeDesk.NewRequester());
        var number = IntakeDesk.Number(ticket);
        var message = await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new { text = "Hej", attachments = new[] { new { name = "a.png", content = Png } } });
        var file = IntakeDesk.Id(message.Json!["attachments"]![0]!);

        foreach (var stranger in new[] { IntakeDesk.NewRequester(), Callers.RequesterMachine, IntakeDesk.NewRequester() with { Email = null } })
        {
            foreach (var path in new[] { "", "/messages", "/notes", "/attachments" })
                await NotThere(desk.Get(stranger, $"/tickets/{number}{path}"));
            await NotThere(desk.Get(stranger, $"/attachments/{file}"));
            await NotThere(desk.Post(stranger, $"/tickets/{number}/messages", new { text = "I was here" }));
            await NotThere(desk.Post(stranger, $"/tickets/{number}/notes", new { text = "I was here" }));
            await NotThere(Upload(stranger, number));
            Assert.Empty(await desk.All(stranger, $"/tickets?q={number}"));
            Assert.Empty(await desk.All(stranger, $"/tickets?q=skrivaren&requester={ticket["requester"]!["email"]}"));
        }
        Assert.Single(await desk.All(Callers.Agent, $"/tickets/{number}/messages?limit=200"), message => message["direction"]!.GetValue<string>() == "out");
    }

    [Fact]
    public async Task A_ticket_that_does_not_exist_answers_as_one_that_is_anothers()
    {
        var ticket = await desk.Ticket(IntakeDesk.NewRequester());
        var stranger = IntakeDesk.NewRequester();
        var anothers = await desk.Get(stranger, $"/tickets/{IntakeDesk.Number(ticket)}");
        var missing = await desk.Get(stranger, "/tickets/D-987654321");
        Assert.Equal(
            missing.Json!["detail"]!.GetValue<string>().Replace("D-987654321", "D", StringComparison.Ordinal),
            anothers.Json!["detail"]!.GetValue<string>().Replace(IntakeDesk.Number(ticket), "D", StringComparison.Ordinal));
        Assert.Equal(missing.Code, anothers.Code);
    }

    [Fact]
    public async Task The_requester_sees_their_ticket_but_not_the_agents_address()
    {
        var rut = IntakeDesk.NewRequester();
        var ticket = await desk.Ticket(rut);
        await desk.Triage(ticket, Works.Triaged with { AssigneeId = Callers.Agent.Id, Assignee = "Anna Lind", AssigneeEmail = "anna.lind@desk.example" });

        var seen = await desk.Get(rut with { Email = rut.Email!.ToUpperInvariant() }, $"/tickets/{IntakeDesk.Number(ticket)}");
        Assert.Equal(HttpStatusCode.OK, seen.Status);
        Assert.Equal("Anna Lind", seen.Json!["assigneeName"]!.GetValue<string>());
        Assert.Null(seen.Json["assignee"]);
        Assert.Equal([IntakeDesk.Number(ticket)], (await desk.All(rut, "/tickets")).Select(IntakeDesk.Number));
        Assert.Equal("anna.lind@desk.example", (await desk.Get(Callers.Agent, $"/tickets/{IntakeDesk.Number(ticket)}")).Json!["assignee"]!.GetValue<string>());
    }

    [Fact]
    public async Task Who_is_copied_in_sees_the_ticket_and_may_answer_but_not_the_requesters_phone()
    {
        var rut = IntakeDesk.NewRequester();
        var colleague = IntakeDesk.NewRequester();
        var answer = await desk.Post(Callers.Agent, "/tickets", new { subject = "A", body = "B", requester = new { email = rut.Email, phone = "070-1" } });
        var number = IntakeDesk.Number(answer.Json!);
        await NotThere(desk.Get(colleague, $"/tickets/{number}"));
        await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new { text = "Hej", cc = new[] { colleague.Email!.ToUpperInvariant() } });

        var seen = await desk.Get(colleague, $"/tickets/{number}");
        Assert.Equal(HttpStatusCode.OK, seen.Status);
        Assert.Null(seen.Json!["requester"]!["phone"]);
        Assert.Equal("070-1", (await desk.Get(rut, $"/tickets/{number}")).Json!["requester"]!["phone"]!.GetValue<string>());
        var said = await desk.Post(colleague, $"/tickets/{number}/messages", new { text = "Samma här" });
        Assert.Equal(("in", colleague.Email), (said.Json!["direction"]!.GetValue<string>(), said.Json["from"]!["email"]!.GetValue<string>()));
        Assert.Single(await desk.All(colleague, "/tickets"));
    }

    [Fact]
    public async Task A_requesters_machine_sees_what_it_registered_and_nothing_else()
    {
        var machine = Callers.RequesterMachine with { Id = Guid.CreateVersion7() };
        var rut = IntakeDesk.NewRequester();
        await desk.Ticket(rut);
        var own = await desk.Post(machine, "/tickets", new { subject = "A", body = "B", requester = new { email = rut.Email } });
        Assert.Equal([IntakeDesk.Number(own.Json!)], (await desk.All(machine, "/tickets")).Select(IntakeDesk.Number));
        Assert.Equal(HttpStatusCode.OK, (await desk.Get(machine, $"/tickets/{IntakeDesk.Number(own.Json!)}/messages")).Status);
    }

    [Fact]
    public async Task Notes_never_reach_a_requester_by_any_way()
    {
        await desk.Host.Broker.Hear<NoteAdded>();
        var rut = IntakeDesk.NewRequester();
        var ticket = await desk.Ticket(rut);
        var number = IntakeDesk.Number(ticket);
        var note = await desk.Post(Callers.Agent, $"/tickets/{number}/notes",
            new { text = "Xylofonhemlighet", attachments = new[] { new { name = "secret.png", content = Png } } });
        Assert.Equal(HttpStatusCode.Created, note.Status);
        var file = IntakeDesk.Id(note.Json!["attachments"]![0]!);
        var upload = await Upload(Callers.Agent, number, "?internal=true");
        var internalFile = IntakeDesk.Id(upload.Json!["items"]![0]!);

        await NotThere(desk.Get(rut, $"/tickets/{number}/notes"));
        await NotThere(desk.Post(rut, $"/tickets/{number}/notes", new { text = "Mine" }));
        await NotThere(desk.Get(rut, $"/attachments/{file}"));
        await NotThere(desk.Get(rut, $"/attachments/{internalFile}"));
        Assert.Empty(await desk.All(rut, $"/tickets/{number}/attachments"));
        Assert.Single(await desk.All(rut, $"/tickets/{number}/messages"));
        Assert.Empty(await desk.All(rut, "/tickets?q=Xylofonhemlighet"));
        Assert.DoesNotContain("Xylofon", System.Text.Json.JsonSerializer.Serialize(await desk.Host.Broker.Next<NoteAdded>(said => said.Number == number)));

        Assert.Equal("Xylofonhemlighet", Assert.Single(await desk.All(Callers.AnotherAgent, $"/tickets/{number}/notes"))["text"]!.GetValue<string>());
        Assert.Equal(2, (await desk.All(Callers.Agent, $"/tickets/{number}/attachments")).Count);
        Assert.Equal(HttpStatusCode.OK, (await desk.Host.As(Callers.Agent).GetAsync($"/api/v1/attachments/{file}")).StatusCode);
    }

    [Fact]
    public async Task People_and_organisations_are_for_agents()
    {
        var rut = IntakeDesk.NewRequester();
        var ticket = await desk.Ticket(rut);
        var person = IntakeDesk.Id(ticket["requester"]!);
        foreach (var path in new[] { "/people", $"/people/{person}", "/organisations" })
            Assert.Equal(HttpStatusCode.Forbidden, (await desk.Get(rut, path)).Status);
        Assert.Equal(1, (await desk.Get(Callers.Agent, $"/people/{person}")).Json!["openTickets"]!.GetValue<long>());
        Assert.Equal(person, IntakeDesk.Id(Assert.Single(await desk.All(Callers.Agent, $"/people?q={rut.Email}"))));
        Assert.Empty(await desk.All(Callers.Agent, "/people?q=%25_%25"));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Get(Callers.Agent, $"/people/{Guid.CreateVersion7()}")).Status);
    }

    [Fact]
    public async Task A_lead_says_who_is_a_vip_agents_see_it_and_the_person_does_not()
    {
        var rut = IntakeDesk.NewRequester();
        var person = IntakeDesk.Id((await desk.Ticket(rut))["requester"]!);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Host.As(Callers.Agent).PatchAsJsonAsync($"/api/v1/people/{person}", new { vip = true })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Host.As(Callers.Lead).PatchAsJsonAsync($"/api/v1/people/{person}", new { vip = true })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Host.As(Callers.Lead).PatchAsJsonAsync($"/api/v1/people/{Guid.CreateVersion7()}", new { vip = true })).StatusCode);

        await desk.Host.Broker.Hear<TicketRegistered>();
        var number = IntakeDesk.Number(await desk.Ticket(rut));
        Assert.True((await desk.Host.Broker.Next<TicketRegistered>(said => said.Number == number)).Requester.Vip);
        Assert.True((await desk.Get(Callers.Agent, $"/tickets/{number}")).Json!["requester"]!["vip"]!.GetValue<bool>());
        Assert.Null((await desk.Get(rut, $"/tickets/{number}")).Json!["requester"]!["vip"]);
        Assert.True((await desk.Get(Callers.Agent, $"/people/{person}")).Json!["vip"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Every_endpoint_but_status_links_health_and_its_description_needs_a_caller()
    {
        var open = desk.Host.Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null)
            .Select(endpoint => ((Microsoft.AspNetCore.Routing.RouteEndpoint)endpoint).RoutePattern.RawText);
        Assert.Equal(
            ["/api/v1/tickets/by-link/{token}", "/health/live", "/health/ready", "/openapi/{documentName}.json"],
            open.Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.Unauthorized, (await desk.Host.Anonymous().GetAsync("/api/v1/tickets")).StatusCode);
    }

    private async Task<Answer> Upload(Caller caller, string number, string query = "")
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Convert.FromBase64String(Png)), "files", "a.png" } };
        return await Answer.Of(await desk.Host.As(caller).PostAsync($"/api/v1/tickets/{number}/attachments{query}", form));
    }

    private static async Task NotThere(Task<Answer> asked) => Assert.Equal(HttpStatusCode.NotFound, (await asked).Status);
}
