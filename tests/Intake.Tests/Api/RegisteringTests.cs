using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Intake.Tests.Api;

[Collection(UsesTheDesk.Name)]
public class RegisteringTests(IntakeDesk desk)
{
    [Fact]
    public async Task What_is_acknowledged_is_stored_and_said_and_read_straight_after()
    {
        await desk.Host.Broker.Hear<TicketRegistered>();
        var rut = IntakeDesk.NewRequester();
        var answer = await desk.Post(Callers.AgentMachine, "/tickets", new
        {
            subject = "VPN nere",
            body = "Jag kommer inte in på nätet, fel 809.",
            requester = new { email = rut.Email, name = "Rut Hansson", phone = "+46 70 123" },
            type = "incident",
            category = "network.vpn",
            impact = "group",
            urgency = "high",
        });

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var number = IntakeDesk.Number(answer.Json!);
        Assert.Matches("^D-[0-9]{4,}$", number);
        Assert.Equal($"/api/v1/tickets/{number}", answer.Response.Headers.Location?.ToString());
        Assert.Equal("\"0\"", answer.ETag);

        var read = await desk.Get(Callers.Agent, $"/tickets/{number}");
        Assert.Equal(answer.Json!.ToJsonString(), read.Json!.ToJsonString());
        Assert.Equal("new", read.Json["status"]!.GetValue<string>());
        Assert.Equal("group", read.Json["impact"]!.GetValue<string>());
        Assert.Equal("sv", read.Json["requester"]!["language"]!.GetValue<string>());
        Assert.Null(read.Json["priority"]);

        var said = await desk.Host.Broker.Next<TicketRegistered>(happened => happened.Number == number);
        Assert.Equal(("VPN nere", Channel.Api, rut.Email, true), (said.Subject, said.Channel, said.Requester.Email, said.Vouched));
        Assert.Equal((TicketType.Incident, "network.vpn", Impact.Group, Urgency.High), (said.Type, said.Category, said.Impact, said.Urgency));
        var messages = await desk.All(Callers.Agent, $"/tickets/{number}/messages");
        Assert.Equal(said.MessageId, IntakeDesk.Id(Assert.Single(messages)));
    }

    [Fact]
    public async Task One_person_is_made_of_all_spellings_of_an_address_even_at_once()
    {
        var rut = IntakeDesk.NewRequester();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => desk.Post(Callers.AgentMachine, "/tickets", new
        {
            subject = $"Ärende {i}",
            body = "Hjälp",
            requester = new { email = i % 2 == 0 ? rut.Email : rut.Email!.ToUpperInvariant() },
        })));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => IntakeDesk.Id(answer.Json!["requester"]!)).Distinct());
        Assert.Equal(8, answers.Select(answer => IntakeDesk.Number(answer.Json!)).Distinct().Count());
    }

    [Fact]
    public async Task A_person_belongs_to_the_organisation_of_their_mail_domain()
    {
        await desk.Host.Broker.Hear<OrganisationChanged>();
        var made = await desk.Post(Callers.Lead, "/organisations", new { name = "Fjällby kommun", domains = new[] { "Fjallby.example" } });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var ticket = await desk.Ticket(IntakeDesk.NewRequester("it.fjallby.example"));
        Assert.Equal("Fjällby kommun", ticket["requester"]!["organisation"]!.GetValue<string>());
        var other = await desk.Ticket(IntakeDesk.NewRequester("notfjallby.example"));
        Assert.Null(other["requester"]!["organisation"]);

        var told = await desk.Host.Broker.Next<OrganisationChanged>(said => said.Name == "Fjällby kommun");
        Assert.Equal(["fjallby.example"], told.Domains);

        Assert.Equal("organisation.domainTaken", (await desk.Post(Callers.Lead, "/organisations", new { name = "B", domains = new[] { "fjallby.example" } })).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Post(Callers.Agent, "/organisations", new { name = "C", domains = new[] { "c.example" } })).Status);
    }

    [Fact]
    public async Task What_an_unvouched_contact_says_of_a_known_person_is_not_believed()
    {
        var rut = IntakeDesk.NewRequester();
        await desk.Ticket(rut);
        var answer = await desk.Post(Callers.RequesterMachine, "/tickets",
            new { subject = "A", body = "B", requester = new { email = rut.Email, name = "Somebody Else", phone = "123" } });
        Assert.Equal(rut.Name, answer.Json!["requester"]!["name"]!.GetValue<string>());
        Assert.Null(answer.Json["requester"]!["phone"]);
    }

    [Fact]
    public async Task A_stranger_is_not_vouched_for_until_an_agent_has_answered()
    {
        await desk.Host.Broker.Hear<TicketRegistered>();
        var stranger = IntakeDesk.NewRequester();
        async Task<bool> Vouched()
        {
            var answer = await desk.Post(Callers.RequesterMachine, "/tickets", new { subject = "A", body = "B", requester = new { email = stranger.Email } });
            var number = IntakeDesk.Number(answer.Json!);
            var said = await desk.Host.Broker.Next<TicketRegistered>(happened => happened.Number == number);
            await desk.Post(Callers.Agent, $"/tickets/{number}/messages", new { text = "We look at it." });
            return said.Vouched;
        }

        Assert.False(await Vouched());
        Assert.True(await Vouched());
    }

    [Fact]
    public async Task Unknown_members_are_ignored_and_cannot_set_what_is_the_desks()
    {
        var rut = IntakeDesk.NewRequester();
        var answer = await desk.Post(Callers.AgentMachine, "/tickets", new
        {
            subject = "A",
            body = "B",
            requester = new { email = rut.Email, id = Guid.Empty, vouched = true, organisation = "Desk" },
            id = Guid.Empty,
            number = "D-1",
            status = "closed",
            priority = "P1",
            team = "network",
            version = 9,
            createdAt = "2001-01-01T00:00:00Z",
            registeredBy = Guid.Empty,
            whatever = new { a = 1 },
        });
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.NotEqual("D-1", IntakeDesk.Number(answer.Json!));
        Assert.NotEqual(Guid.Empty, IntakeDesk.Id(answer.Json!));
        Assert.Equal(("new", 0L), (answer.Json!["status"]!.GetValue<string>(), answer.Json["version"]!.GetValue<long>()));
        Assert.Null(answer.Json["team"]);
        Assert.Null(answer.Json["requester"]!["organisation"]);
    }

    [Fact]
    public async Task Faults_are_told_field_by_field()
    {
        var answer = await desk.Post(Callers.Agent, "/tickets", new { subject = new string('a', 301), requester = new { email = "rut" }, type = "thing" });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("request.invalid", answer.Code);
        Assert.Equal(["body", "requester.email", "subject", "type"], answer.Json!["errors"]!.AsObject().Select(error => error.Key).Order());
        Assert.Equal("type is incident or request.", answer.Json["errors"]!["type"]![0]!.GetValue<string>());
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("{\"subject\":", "subject")]
    [InlineData("{", "body")]
    [InlineData("{\"subject\": 5}", "subject")]
    [InlineData("{\"requester\": \"rut\"}", "requester")]
    [InlineData("{\"requester\": {\"email\": 1}}", "requester.email")]
    [InlineData("{\"attachments\": [{\"name\":\"a\",\"content\":\"not base64!\"}]}", "attachments[0].content")]
    [InlineData("{\"subject\": \"\\ud800\"}", "subject")]
    public async Task What_is_not_the_expected_json_is_a_fault_and_never_a_failure(string json, string field)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        var answer = await Answer.Of(await desk.Host.As(Callers.Agent).PostAsync("/api/v1/tickets", content));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal([field], answer.Json!["errors"]!.AsObject().Select(error => error.Key).Intersect([field]));
    }

    [Fact]
    public async Task Another_kind_of_body_is_refused()
    {
        using var content = new StringContent("subject=a");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        var response = await desk.Host.As(Callers.Agent).PostAsync("/api/v1/tickets", content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Nobody_registers_without_a_word_of_the_gateway()
        => Assert.Equal(HttpStatusCode.Unauthorized, (await desk.Host.Anonymous().PostAsync("/api/v1/tickets", new StringContent("{}"))).StatusCode);

    [Fact]
    public async Task One_idempotency_key_makes_one_ticket_however_often_and_at_once_it_is_sent()
    {
        var rut = IntakeDesk.NewRequester();
        var key = Guid.CreateVersion7().ToString();
        var body = new { subject = "En gång", body = "Bara en.", requester = new { email = rut.Email } };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => desk.Post(Callers.AgentMachine, "/tickets", body, key)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
        Assert.Single(answers.Select(answer => answer.Json!.ToJsonString()).Distinct());
        Assert.Single(answers.Select(answer => answer.Response.Headers.Location).Distinct());
        Assert.Single(await desk.All(Callers.Agent, $"/tickets?requester={rut.Email}"));

        Assert.Equal("idempotency.reused", (await desk.Post(Callers.AgentMachine, "/tickets", body with { subject = "Två" }, key)).Code);
        Assert.Equal(HttpStatusCode.Created, (await desk.Post(Callers.Agent, "/tickets", body, key)).Status);
        Assert.Equal(2, (await desk.All(Callers.Agent, $"/tickets?requester={rut.Email}")).Count);
    }
}
