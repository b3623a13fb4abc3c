using System.Net.Sockets;
using System.Text;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.SystemTests.Post;

/// <summary>What these tests share: sending by SMTP as any client does, and the words of services that do not run.</summary>
internal static class Courier
{
    /// <summary>A mail as an ordinary client writes it.</summary>
    public static byte[] Mail(string from, string to, string id, string subject, string text, string headers = "") => Encoding.UTF8.GetBytes(
        $"From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Sun, 22 Nov 2026 14:00:00 +0100\r\nMessage-ID: <{id}>\r\n{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n");

    /// <summary>Sends until it is told that the mail is taken, over a new connection each time, as a client does whose server is away now and then.</summary>
    public static async Task SendAsync(int port, string from, string to, byte[] mail)
    {
        await Wait.Until(async () =>
        {
            try
            {
                using var time = new CancellationTokenSource(TimeSpan.FromSeconds(20));
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, time.Token);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                if (!await SaidAsync(null, "220") || !await SaidAsync("EHLO client.example", "250") || !await SaidAsync($"MAIL FROM:<{from}>", "250")
                    || !await SaidAsync($"RCPT TO:<{to}>", "250") || !await SaidAsync("DATA", "354"))
                    return false;
                await stream.WriteAsync(mail, time.Token);
                return await SaidAsync(".", "250");

                async Task<bool> SaidAsync(string? command, string wanted)
                {
                    if (command is not null)
                        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), time.Token);
                    string? line;
                    do
                        line = await reader.ReadLineAsync(time.Token);
                    while (line is { Length: > 3 } && line[3] == '-');
                    return line?.StartsWith(wanted, StringComparison.Ordinal) == true;
                }
            }
            catch (Exception away) when (away is SocketException or IOException or OperationCanceledException)
            {
                return false;
            }
        }, $"the mail of {from} to {to} is taken", TimeSpan.FromSeconds(60));
    }

    /// <summary>Says as Routing and Knowledge would that a ticket is triaged and that no article helps.</summary>
    public static async Task TriageAsync(TestBroker broker, CancellationToken ending, bool triaged = true)
    {
        try
        {
            while (!ending.IsCancellationRequested)
            {
                if (triaged)
                {
                    foreach (var ticket in await TakeAsync<TicketRegistered>(broker, ending))
                    {
                        await broker.Say(ticket.TicketId, new TicketTriaged(ticket.TicketId, ticket.Number, ticket.At, new Work(
                            1, TicketStatus.New, null, TicketType.Incident, "other", Impact.One, Urgency.Medium, Priority.P4, "service-desk", "Servicedesk", null, null, null, null,
                            "answer", ticket.At.AddHours(2), []), new Actor(ActorKind.System, null, null), 0.5));
                        await broker.Say(ticket.TicketId, new SolutionsProposed(ticket.TicketId, ticket.Number, ticket.At, []));
                    }
                }
                else
                {
                    foreach (var ticket in await TakeAsync<TicketTriaged>(broker, ending))
                        await broker.Say(ticket.TicketId, new SolutionsProposed(ticket.TicketId, ticket.Number, ticket.At, []));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static async Task<IReadOnlyList<TEvent>> TakeAsync<TEvent>(TestBroker broker, CancellationToken ending) where TEvent : class
    {
        while (true)
        {
            ending.ThrowIfCancellationRequested();
            if (broker.Heard<TEvent>().Count > 0)
                return [await broker.Next<TEvent>()];
            await Task.Delay(20, ending);
        }
    }
}
