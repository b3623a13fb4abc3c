using System.Net;
using System.Net.Sockets;
using System.Text;
using Desk.Intake.Mail;
using Desk.ServiceDefaults;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Desk.Intake.Tests.Mail;

/// <summary>Intake with its SMTP door open, on the real servers, shared by the mail tests: each has its own people and tickets.</summary>
public sealed class MailDesk : IAsyncLifetime
{
    private static int s_people;

    private ServiceHost<MailIntake>? _host;

    internal ServiceHost<MailIntake> Host => _host ?? throw new InvalidOperationException("The desk has not been started.");

    internal int Port { get; private set; }

    internal int LmtpPort { get; private set; }

    internal MailIntake Intake => Host.Services.GetRequiredService<MailIntake>();

    internal SignedTokens Tokens => Host.Services.GetRequiredService<SignedTokens>();

    public async Task InitializeAsync()
    {
        (Port, LmtpPort) = (FreePort(), FreePort());
        _host = await ServiceHost.StartAsync<MailIntake>("intake", new HostOptions
        {
            Settings = new Dictionary<string, string?>
            {
                ["Desk:SmtpPort"] = Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["Desk:LmtpPort"] = LmtpPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["Desk:MailMachines"] = "@monitor.example",
                ["Desk:MailAddresses"] = "help@desk.example",
                ["Desk:MailAuthenticator"] = "mx.desk.example",
                ["Desk:MailBytes"] = "2000000",
                ["Desk:SmtpCommandSeconds"] = "3",
            },
        });
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    internal Task<TakenMail> Take(string mail) => Intake.TakeAsync(Bytes(mail), new MailEnvelope("test", null, []), CancellationToken.None);

    internal static byte[] Bytes(string mail) => Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));

    /// <summary>An address nobody else in the tests has.</summary>
    internal static string NewAddress(string domain = "nordvik.example") => $"mailer{Interlocked.Increment(ref s_people)}@{domain}";

    internal static string NewId() => $"{Guid.CreateVersion7():N}@client.example";

    /// <summary>A mail as an ordinary client writes it.</summary>
    internal static string Mail(string from, string subject = "Skrivaren", string body = "Den skriver inte.", string headers = "", string? id = null) => $"""
        From: {from}
        To: support@desk.example
        Subject: {subject}
        Date: Sun, 22 Nov 2026 14:00:00 +0100
        Message-ID: <{id ?? NewId()}>
        {headers}
        Content-Type: text/plain; charset=utf-8

        {body}
        """.ReplaceLineEndings("\n").Replace("\n\nContent-Type", "\nContent-Type");

    internal static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

[CollectionDefinition(Name)]
public sealed class MailDeskTests : ICollectionFixture<MailDesk>
{
    public const string Name = "mail desk";
}
