using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Intake.Mail;
using Desk.Intake.Scanning;
using Desk.Intake.Tests.Mail;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Intake.Tests.Scanning;

/// <summary>Files are given out when a scanner has seen them; a scanner that is away costs time, never a mail.</summary>
public sealed class ScanningTests : IAsyncLifetime
{
    private readonly int _port = MailDesk.FreePort();
    private ServiceHost<MailIntake> _host = null!;

    public async Task InitializeAsync() => _host = await ServiceHost.StartAsync<MailIntake>("intake", new HostOptions
    {
        Settings = new Dictionary<string, string?> { ["Desk:ClamAv"] = "127.0.0.1:" + _port.ToString(CultureInfo.InvariantCulture) },
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [FactWithScanner]
    public async Task While_the_scanner_is_away_mail_is_taken_and_its_files_wait_and_what_it_finds_is_held_back_with_a_note()
    {
        var (number, files) = await TakeAsync(("rapport.txt", "Allt väl."), ("virus.txt", Clamd.VirusText), ("stor.txt", new string('a', Clamd.LargestFile + 1)));
        Assert.All(files, file => Assert.Equal("waiting", (string?)file["held"]));
        Assert.Equal((HttpStatusCode.Conflict, "attachment.waiting"), await FetchAsync(files[0]));

        await using var clamd = await Clamd.StartAsync(_port);
        await Wait.Until(async () => clamd.WhyItEnded is { } why ? throw new InvalidOperationException(why) : (await FilesAsync(number)).Select(file => (string?)file["held"]).SequenceEqual([null, "infected", "unscannable"]),
            "every file was seen", TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await FetchAsync(files[0])).Status);
        Assert.Equal((HttpStatusCode.Conflict, "attachment.infected"), await FetchAsync(files[1]));
        Assert.Equal((HttpStatusCode.Conflict, "attachment.unscannable"), await FetchAsync(files[2]));

        var notes = (await _host.As(Callers.Agent).GetFromJsonAsync<JsonObject>($"/api/v1/tickets/{number}/notes"))!["items"]!.AsArray().Select(note => (string)note!["text"]!).ToList();
        Assert.Contains(notes, note => note.Contains("virus.txt", StringComparison.Ordinal) && note.Contains(Clamd.Virus, StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("stor.txt", StringComparison.Ordinal));

        // What comes from now on waits a blink.
        var (later, _) = await TakeAsync(("bild.txt", "Inget farligt."));
        await Wait.Until(async () => (await FilesAsync(later)).All(file => file["held"] is null), "the file was seen");
    }

    [Theory]
    [InlineData("stream: OK\0", Verdict.Clean, null)]
    [InlineData("stream: Eicar-Test-Signature FOUND\0", Verdict.Infected, "Eicar-Test-Signature")]
    [InlineData("INSTREAM size limit exceeded. ERROR\0", Verdict.Failed, "INSTREAM size limit exceeded. ERROR")]
    [InlineData("stream: OK then something\0", Verdict.Failed, "OK then something")]
    [InlineData("", Verdict.Failed, "The scanner hung up.")]
    public void Only_a_plain_OK_is_clean(string answer, object verdict, string? detail)
        => Assert.Equal(new Scan((Verdict)verdict, detail), ClamAv.Read(answer));

    private async Task<(string Number, IReadOnlyList<JsonNode> Files)> TakeAsync(params (string Name, string Content)[] files)
    {
        var parts = string.Concat(files.Select(file => $"--b\nContent-Type: text/plain; name=\"{file.Name}\"\nContent-Disposition: attachment; filename=\"{file.Name}\"\n\n{file.Content}\n"));
        var taken = await _host.Services.GetRequiredService<MailIntake>().TakeAsync(MailDesk.Bytes(
            $"From: {MailDesk.NewAddress()}\nSubject: filer\nMessage-ID: <{MailDesk.NewId()}>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHej\n{parts}--b--\n"),
            new MailEnvelope("smtp", null, []), CancellationToken.None);
        Assert.Equal(MailOutcome.Ticket, taken.Outcome);
        return (taken.Number!, await FilesAsync(taken.Number!));
    }

    private async Task<IReadOnlyList<JsonNode>> FilesAsync(string number)
        => [.. (await _host.As(Callers.Agent).GetFromJsonAsync<JsonObject>($"/api/v1/tickets/{number}/messages"))!["items"]![0]!["attachments"]!.AsArray().Select(file => file!)];

    private async Task<(HttpStatusCode Status, string? Code)> FetchAsync(JsonNode file)
    {
        var answer = await Answer.Of(await _host.As(Callers.Agent).GetAsync($"/api/v1/attachments/{file["id"]}"));
        return (answer.Status, answer.Code);
    }
}
