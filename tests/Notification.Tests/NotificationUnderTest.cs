using System.Text;
using System.Text.RegularExpressions;
using Desk.Contracts;
using Desk.Notification.Templates;
using Desk.Testing;

namespace Desk.Notification.Tests;

/// <summary>Notification on a real database and broker, with a sink of its own; the other services' events are said by the test.</summary>
internal sealed class NotificationUnderTest : IAsyncDisposable
{
    private static int _numbers = 1000;

    private NotificationUnderTest(ServiceHost<TemplateSet> host, string sink) => (Host, Sink) = (host, sink);

    public ServiceHost<TemplateSet> Host { get; }

    public string Sink { get; }

    public static async Task<NotificationUnderTest> StartAsync(HostOptions? options = null, string? sink = null)
    {
        options ??= new HostOptions();
        sink ??= Path.Combine((await DeskServers.GetAsync()).Folder, "mail-" + Guid.CreateVersion7().ToString("N"));
        var host = await ServiceHost.StartAsync<TemplateSet>("notification", options with
        {
            Settings = options.Settings.Append(new("Desk:MailSink", sink)).GroupBy(one => one.Key).ToDictionary(one => one.Key, one => one.First().Value),
        });
        foreach (var hear in new[] { host.Broker.Hear<MessageDelivered>(), host.Broker.Hear<DeliveryFailed>() })
            await hear;
        return new NotificationUnderTest(host, sink);
    }

    public async Task<Eml> MailAsync(string number, string kind, TimeSpan? atMost = null)
        => Eml.Read(await Wait.For(() => Task.FromResult(Files(number, kind).FirstOrDefault()), $"a {kind} of {number}", atMost));

    public IReadOnlyList<string> Files(string number, string kind)
        => Directory.Exists(Sink) ? [.. Directory.EnumerateFiles(Sink, $"*-{number}-{kind}-*.eml")] : [];

    public static string NewNumber() => $"D-{Interlocked.Increment(ref _numbers)}";

    public static Contracts.Person Requester(string language = "sv", string email = "rut.hansson@nordvik.example")
        => new(Guid.CreateVersion7(), email, "Rut Hansson", null, language, null, null);

    public static TicketRegistered Registered(
        string number, Contracts.Person? requester = null, string subject = "Skrivaren på plan 2 är trasig", bool automatic = false, bool vouched = true,
        string? messageId = null, string? references = null)
        => new(Guid.CreateVersion7(), number, new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero), Channel.Mail, requester ?? Requester(), subject, "Den blinkar rött.",
            Guid.CreateVersion7(), null, null, null, null, automatic, vouched, messageId, references, []);

    public static TicketTriaged Triaged(TicketRegistered ticket, string next = "answer")
        => new(ticket.TicketId, ticket.Number, ticket.At, Work(1, next), System, 0.9);

    public static Work Work(long version, string next = "answer") => new(
        version, TicketStatus.New, null, TicketType.Incident, "printer", Impact.One, Urgency.Medium, Priority.P4, "workplace", "Arbetsplats", null, null, null, null,
        next, new DateTimeOffset(2026, 11, 26, 13, 30, 0, TimeSpan.Zero), []);

    public static SolutionsProposed Proposed(TicketRegistered ticket, params Proposal[] proposals) => new(ticket.TicketId, ticket.Number, ticket.At, proposals);

    public static Actor System { get; } = new(ActorKind.System, null, null);

    public static Actor Agent { get; } = new(ActorKind.Agent, Guid.CreateVersion7(), "Anna Lind");

    public async Task SayAllAsync(TicketRegistered ticket, params Proposal[] proposals)
    {
        await Host.Broker.Say(ticket.TicketId, ticket);
        await Host.Broker.Say(ticket.TicketId, Triaged(ticket));
        await Host.Broker.Say(ticket.TicketId, Proposed(ticket, proposals));
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

/// <summary>A mail as a plain reader sees it: enough of MIME for what we write ourselves.</summary>
internal sealed partial record Eml(string Raw, IReadOnlyDictionary<string, string> Headers, string Text, string Html)
{
    public IReadOnlyList<(string Name, string Type, byte[] Content)> Files { get; private init; } = [];

    public string this[string header] => Headers.TryGetValue(header, out var value) ? value : "";

    public static Eml Read(string file) => Parse(File.ReadAllText(file, Encoding.ASCII));

    public static Eml Parse(string raw)
    {
        var (head, body) = Split(raw);
        var parts = Parts(head, body);
        var files = new List<(string, string, byte[])>();
        if (head["Content-Type"].StartsWith("multipart/mixed"))
        {
            files.AddRange(parts.Skip(1).Select(part => (FileName(part.Head["Content-Disposition"]), part.Head["Content-Type"], Convert.FromBase64String(part.Body))));
            parts = Parts(parts[0].Head, parts[0].Body);
        }
        return new Eml(raw, head, Decode(parts.Single(part => part.Head["Content-Type"].StartsWith("text/plain")).Body),
            Decode(parts.Single(part => part.Head["Content-Type"].StartsWith("text/html")).Body))
        { Files = files };
    }

    private static List<(IReadOnlyDictionary<string, string> Head, string Body)> Parts(IReadOnlyDictionary<string, string> head, string body)
    {
        var boundary = Regex.Match(head["Content-Type"], "boundary=\"([^\"]+)\"").Groups[1].Value;
        return [.. Regex.Split(body, "(?:^|\r\n)--" + Regex.Escape(boundary) + "(?:--)?(?=\r\n|$)").Skip(1).SkipLast(1).Select(part => Split(part[2..]))];
    }

    // RFC 2231: the pieces in their order, percent signs to bytes, bytes to letters.
    private static string FileName(string disposition)
    {
        Assert.StartsWith("attachment;", disposition);
        if (Regex.Match(disposition, "filename=\"((?:[^\"\\\\]|\\\\.)*)\"") is { Success: true } plain)
            return Regex.Replace(plain.Groups[1].Value, @"\\(.)", "$1");
        var whole = string.Concat(Regex.Matches(disposition, @"filename(?:\*(\d+))?\*=([^;\s]+)")
            .OrderBy(piece => piece.Groups[1].Success ? int.Parse(piece.Groups[1].Value) : 0).Select(piece => piece.Groups[2].Value));
        Assert.StartsWith("utf-8''", whole);
        return Uri.UnescapeDataString(whole["utf-8''".Length..]);
    }

    private static (IReadOnlyDictionary<string, string> Head, string Body) Split(string raw)
    {
        var end = raw.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Regex.Replace(raw[..end], "\r\n[ \t]", " ").Split("\r\n"))
        {
            var colon = line.IndexOf(':');
            Assert.True(head.TryAdd(line[..colon], Words(line[(colon + 1)..].Trim())), $"the header {line[..colon]} stands twice");
        }
        return (head, raw[(end + 4)..]);
    }

    private static string Words(string value) => Word().Replace(
        Regex.Replace(value, @"\?=\s+=\?", "?==?"), match => Bytes(match.Groups[1].Value.Replace('_', ' ')));

    private static string Decode(string body) => Bytes(body.Replace("=\r\n", "")).ReplaceLineEndings("\n");

    private static string Bytes(string encoded)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < encoded.Length; at++)
        {
            if (encoded[at] == '=')
            {
                bytes.Add(Convert.ToByte(encoded.Substring(at + 1, 2), 16));
                at += 2;
            }
            else
            {
                bytes.Add((byte)encoded[at]);
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    [GeneratedRegex(@"=\?utf-8\?q\?([^?]*)\?=")]
    private static partial Regex Word();
}
