using Desk.Contracts;
using Desk.Testing;
using FsCheck.Fluent;

namespace Desk.Intake.Tests.Api;

[Collection(UsesTheDesk.Name)]
public class WorkCopyTests(IntakeDesk desk)
{
    // Every kind of event that carries work, as Routing would say them one after another.
    private static readonly Func<Guid, string, Work, object>[] Events =
    [
        (id, number, work) => new TicketTriaged(id, number, At(work), work, Works.Desk, 0.8),
        (id, number, work) => new TicketAssigned(id, number, At(work), work, Works.Desk, null),
        (id, number, work) => new TicketReclassified(id, number, At(work), work, Works.Desk, null),
        (id, number, work) => new TicketEscalated(id, number, At(work), work, Works.Desk, "network", "workplace", null),
        (id, number, work) => new TicketStatusChanged(id, number, At(work), work, Works.Desk, TicketStatus.New, null),
        (id, number, work) => new TargetMet(id, number, At(work), work, TargetKind.Answer, Works.Noon, Works.Noon, false),
        (id, number, work) => new TargetAtRisk(id, number, At(work), work, TargetKind.Resolution, Works.Noon),
        (id, number, work) => new TargetMissed(id, number, At(work), work, TargetKind.Resolution, Works.Noon),
        (id, number, work) => new UpdateDue(id, number, At(work), work, Works.Noon),
        (id, number, work) => new TicketResolved(id, number, At(work), work, Works.Desk, "Starta om"),
        (id, number, work) => new TicketClosed(id, number, At(work), work, Works.Desk, null),
    ];

    [Fact]
    public async Task The_newest_work_wins_in_whatever_order_and_however_often_it_is_told()
    {
        var generator = Gen.Shuffle(Enumerable.Range(0, Events.Length).Concat([0, 5, Events.Length - 1]).ToArray());
        foreach (var order in generator.Sample(8))
        {
            var ticket = await desk.Ticket(IntakeDesk.NewRequester());
            var (id, number) = (IntakeDesk.Id(ticket), IntakeDesk.Number(ticket));
            foreach (var i in order)
                await Say(id, Events[i](id, number, WorkOf(i)));
            // Said to the same queue after them all: when it is here, so are they.
            await desk.Triage(await desk.Ticket(IntakeDesk.NewRequester()), Works.Triaged);
            await Wait.Until(async () => await desk.Host.Broker.Waiting("intake") == 0, "the queue is empty");

            var last = WorkOf(Events.Length - 1);
            await Wait.Eventually(async () =>
            {
                var read = (await desk.Get(Callers.Agent, $"/tickets/{number}")).Json!;
                Assert.Equal(last.Version, read["version"]!.GetValue<long>());
                Assert.Equal(last.NextStep, read["nextStep"]!.GetValue<string>());
                Assert.Equal("closed", read["status"]!.GetValue<string>());
            });
        }

        Task Say(Guid about, object happened) => (Task)typeof(TestBroker).GetMethod(nameof(TestBroker.Say))!
            .MakeGenericMethod(happened.GetType()).Invoke(desk.Host.Broker, [about, happened, null])!;
    }

    [Fact]
    public async Task The_whole_work_is_shown()
    {
        var ticket = await desk.Ticket(IntakeDesk.NewRequester());
        await desk.Triage(ticket, Works.Triaged with { Status = TicketStatus.Waiting, WaitingFor = WaitingFor.Supplier, Version = 4 });
        var read = await desk.Get(Callers.Agent, $"/tickets/{IntakeDesk.Number(ticket)}");
        Assert.Equal("\"4\"", read.ETag);
        foreach (var (member, value) in new[]
        {
            ("status", "waiting"), ("waitingFor", "supplier"), ("type", "incident"), ("category", "network.vpn"), ("impact", "one"), ("urgency", "medium"),
            ("priority", "P4"), ("team", "network"), ("teamName", "Nätverk"), ("line", "second"), ("nextStep", "Somebody looks at it"),
        })
            Assert.Equal(value, read.Json![member]!.GetValue<string>());
        var clocks = read.Json!["clocks"]!.AsArray();
        Assert.Equal(["answer", "resolution"], clocks.Select(clock => clock!["target"]!.GetValue<string>()));
        Assert.Equal(Works.Noon.AddHours(2), clocks[0]!["dueAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task An_account_gives_a_person_the_language_they_chose_and_the_newest_choice_stays()
    {
        var rut = IntakeDesk.NewRequester();
        var account = new AccountChanged(rut.Id, rut.Email!.ToUpperInvariant(), "Rut Hansson", Role.Requester, "en", true, Works.Noon.AddHours(1));
        await desk.Host.Broker.Say(rut.Id, account);
        await desk.Host.Broker.Say(rut.Id, account with { Language = "sv", At = Works.Noon });
        await Wait.Until(async () => await desk.Host.Value<string>("select language from account where id = $1", rut.Id) is not null
            && await desk.Host.Broker.Waiting("intake") == 0, "the account is known");
        var ticket = await desk.Ticket(rut, "Skrivaren", "Den fungerar inte");
        Assert.Equal("en", ticket["requester"]!["language"]!.GetValue<string>());
    }

    private static Work WorkOf(int i) => Works.Triaged with
    {
        Version = i + 1,
        NextStep = $"Step {i}",
        Status = i switch { 9 => TicketStatus.Resolved, 10 => TicketStatus.Closed, _ => TicketStatus.Open },
    };

    private static DateTimeOffset At(Work work) => Works.Noon.AddMinutes(work.Version);
}
