using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Desk.Bench.Load;

/// <summary>What the largest mail that is taken costs in memory: of each process at its own highest, and of all at once.</summary>
internal static class LargeMail
{
    private const int Bytes = 25 * 1024 * 1024;

    public static async Task RunAsync(DeskOfItsOwn desk, Func<int, Task> untilConfirmed)
    {
        // A few first: what is measured is the mail, not the code that is loaded for the first one.
        const int few = 40;
        await using var sender = await SmtpSender.ConnectAsync("localhost", desk.SmtpPort);
        for (var i = 0; i < few; i++)
            await SendAsync(BenchCommand.Mail(Stories.Number(3_000_000 + i), $"small-{i}@sender.example"));
        await untilConfirmed(few);

        var before = Resident();
        var inAll = before.Values.Sum();
        var (highest, atOnce) = (new Dictionary<string, double>(before), inAll);
        using var done = new CancellationTokenSource();
        var watching = WatchAsync();
        var mail = Mail();
        await SendAsync(mail);
        await untilConfirmed(few + 1);
        await done.CancelAsync();
        await watching;

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one mail of {mail.Length / 1048576.0:0.0} MB: all processes together at most {atOnce - inAll:0} MB more than before it (aim 200)"));
        foreach (var (name, most, more) in highest.Select(process => (process.Key, process.Value, More: process.Value - before.GetValueOrDefault(process.Key))).Where(process => process.More >= 1).OrderByDescending(process => process.More))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-32} {most - more,6:0} MB before, at most {most,6:0} MB: {more:0} more"));

        async Task SendAsync(byte[] content)
        {
            var reply = await sender.SendAsync("rut.hansson@nordvik.example", "support@desk.example", content);
            if (reply.Code != 250)
                throw new InvalidOperationException(reply.Text);
        }

        Dictionary<string, double> Resident() => ProcessTree.Of(desk.HostPid).GroupBy(process => process.Name).ToDictionary(group => group.Key, group => group.Sum(process => process.MegabytesPss));

        Task WatchAsync() => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var now = Resident();
                atOnce = Math.Max(atOnce, now.Values.Sum());
                foreach (var (name, megabytes) in now)
                    highest[name] = Math.Max(highest.GetValueOrDefault(name), megabytes);
            }
        });
    }

    /// <summary>A word and a picture that cannot be pressed together, as large as the listener says it takes.</summary>
    private static byte[] Mail()
    {
        const string head = "From: \"Rut Hansson\" <rut.hansson@nordvik.example>\r\nTo: support@desk.example\r\nSubject: Ritningen\r\nMessage-ID: <large@sender.example>\r\n"
            + "Date: Mon, 16 Nov 2026 08:12:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            + "Ritningen kommer inte fram i skrivaren.\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"ritning.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        const string end = "\r\n--b--\r\n";
        // 57 bytes are a line of 76 letters and its end.
        var lines = (Bytes - head.Length - end.Length - 1024) / 78;
        var content = RandomNumberGenerator.GetBytes(lines * 57);
        "%PDF-1.7\n"u8.CopyTo(content);
        return Encoding.ASCII.GetBytes(head + Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks) + end);
    }
}
