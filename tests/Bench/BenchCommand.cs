using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Desk.Bench.Knowledge;
using Desk.Bench.Load;
using Desk.Bench.Routing;

namespace Desk.Bench;

/// <summary>
/// Starts a desk, fills it through the front door and measures each thing people do with it. Every request goes through the gateway,
/// authorised. CPU per operation is of the desk's own processes, servers included; the load's own is left out.
/// </summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private const string ConfirmationFiles = "*-confirmation-*.eml";

    private static readonly string[] SearchWords =
        ["0x80070057", "reception", "Solgården", "leverantör", "certificate", "Procapita", "plotter", "faktura", "overheating", "mikrofon", "röstbrevlådan", "workbook"];

    public static async Task<int> RunAsync(Options options)
    {
        var tickets = options.Number("tickets", 20_000);
        var clients = options.Number("clients", 8);
        var duration = TimeSpan.FromSeconds(options.Number("seconds", 8));
        var only = options.Text("only")?.Split(',');
        bool Wanted(string part) => only is null || only.Contains(part);
        if (only is ["triage"])
        {
            Console.WriteLine(Machine());
            Header();
            Print(await TriageLoad.RunAsync(options.Number("tickets", 10_000)));
            return 0;
        }
        if (only is ["large"])
        {
            Console.WriteLine(Machine());
            await using var quiet = await DeskOfItsOwn.StartAsync();
            await LargeMail.RunAsync(quiet, confirmations => UntilTheEndAsync(quiet, confirmations, TimeSpan.FromMinutes(2)));
            return 0;
        }
        if (only is ["open"])
            return await OpenAsync(options.Number("open", 200_000), duration);
        if (only is ["knowledge"])
            return await KnowledgeAsync((desk, cpu) => KnowledgeLoad.RunAsync(desk, options.Number("articles", 20_000), clients, duration, cpu, Print));
        if (only is ["proposals"])
        {
            return await KnowledgeAsync(async (desk, cpu) =>
            {
                var results = await ProposalsLoad.RunAsync(desk, options.Number("tickets", 50), cpu);
                foreach (var result in results)
                    Print(result);
                return results;
            });
        }

        Console.WriteLine($"Starting a desk of its own ({Machine()}) …");
        await using var desk = await DeskOfItsOwn.StartAsync();
        Console.WriteLine($"Ready after {desk.StartSeconds:0.0} s. Loading {tickets} tickets with {clients} clients …");
        var host = desk.HostPid;
        double Cpu() => ProcessTree.CpuSeconds(host);
        using var agent = await desk.ClientAsync("agent");
        var idle = ProcessTree.Of(host);

        var results = new List<Measurement>();
        void Add(Measurement measurement)
        {
            results.Add(measurement);
            Print(measurement);
        }
        Header();

        // One ticket first, so that the first measured request meets warm code, as the others do.
        for (var i = 0; i < 50; i++)
            await CreateAsync(agent, 1_000_000 + i);
        await UntilTheEndAsync(desk, 50, TimeSpan.FromSeconds(60));

        var ended = 50;
        if (Wanted("create"))
        {
            var (created, toTheEnd) = await CreateToTheEndAsync(desk, agent, tickets, clients, Cpu, ended);
            Add(created);
            Add(toTheEnd);
            ended += created.Operations;
        }
        if (Wanted("smtp"))
        {
            var (taken, toTheEnd) = await SmtpToTheEndAsync(desk, tickets / 2, clients, Cpu, ended);
            Add(taken);
            Add(toTheEnd);
        }
        if (Wanted("read"))
        {
            var numbers = await NumbersAsync(agent, 2_000);
            Add(await ClosedLoop.RunAsync("list: active tickets, 25 a page", clients, int.MaxValue, duration, Cpu, 2_700, (_, number) =>
                GetAsync(agent, (number % 4) switch
                {
                    0 => "/api/v1/tickets?status=active",
                    1 => "/api/v1/tickets?status=active&team=service-desk",
                    2 => "/api/v1/tickets?priority=P3",
                    _ => "/api/v1/tickets?category=printer",
                })));
            Add(await ClosedLoop.RunAsync("search: full text", clients, int.MaxValue, duration, Cpu, 750, (_, number) =>
                GetAsync(agent, $"/api/v1/tickets?q={Uri.EscapeDataString(SearchWords[number % SearchWords.Length])}")));
            Add(await ClosedLoop.RunAsync("view: one ticket with clocks", clients, int.MaxValue, duration, Cpu, 2_500, (_, number) =>
                GetAsync(agent, $"/api/v1/tickets/{numbers[number * 31 % numbers.Count]}")));
        }
        if (Wanted("import"))
        {
            var (imported, importedToTheEnd) = await ImportLoad.RunAsync(desk, options.Number("imported", 20_000), Cpu);
            Add(imported);
            Add(importedToTheEnd);
        }
        if (Wanted("pages"))
        {
            using var visitor = desk.NewClient();
            Add(await ClosedLoop.RunAsync("portal page", clients, int.MaxValue, duration, Cpu, null, (_, _) => GetAsync(visitor, "/")));
            using var signedIn = await SignedInAsync(desk);
            Add(await ClosedLoop.RunAsync("agent page", clients, int.MaxValue, duration, Cpu, null, (_, _) => GetAsync(signedIn, "/agent")));
        }
        Add(await PostgresAlone.MeasureAsync(desk.EnvironmentOf("intake")["ConnectionStrings__intake"], clients, duration, Cpu));

        var busy = ProcessTree.Of(host);
        Console.WriteLine();
        Console.WriteLine($"{"process",-34} {"idle MB (PSS)",14} {"after MB",10} {"CPU s",8}");
        foreach (var group in busy.GroupBy(process => process.Name).OrderByDescending(group => group.Sum(process => process.MegabytesPss)))
        {
            Console.WriteLine(Invariant(
                $"{group.Key,-34} {idle.Where(process => process.Name == group.Key).Sum(process => process.MegabytesPss),14:0} {group.Sum(process => process.MegabytesPss),10:0} {group.Sum(process => process.CpuSeconds),8:0.0}"));
        }
        Console.WriteLine(Invariant($"{"all",-34} {idle.Sum(process => process.MegabytesPss),14:0} {busy.Sum(process => process.MegabytesPss),10:0} {busy.Sum(process => process.CpuSeconds),8:0.0}"));

        if (options.Text("json") is { } file)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { machine = Machine(), tickets, clients, startSeconds = desk.StartSeconds, results, idle, busy }, Json));
        }
        return results.Any(result => result.Failures > 0) ? 1 : 0;
    }

    /// <summary>A desk with very many open tickets, and two processes that watch their clocks.</summary>
    private static async Task<int> OpenAsync(int open, TimeSpan duration)
    {
        Console.WriteLine($"Starting a desk of its own with two of Routing ({Machine()}) …");
        await using var desk = await DeskOfItsOwn.StartAsync(new Dictionary<string, string> { ["DESK_REPLICAS_ROUTING"] = "2" });
        Header();
        var results = await OpenLoad.RunAsync(desk, open, duration, Print);
        return results.Any(result => result.Failures > 0) ? 1 : 0;
    }

    private static async Task<int> KnowledgeAsync(Func<DeskOfItsOwn, Func<double>, Task<IReadOnlyList<Measurement>>> load)
    {
        Console.WriteLine($"Starting a desk of its own ({Machine()}) …");
        await using var desk = await DeskOfItsOwn.StartAsync();
        Header();
        var host = desk.HostPid;
        var results = await load(desk, () => ProcessTree.CpuSeconds(host));
        return results.Any(result => result.Failures > 0) ? 1 : 0;
    }

    private static async Task<(Measurement Acknowledged, Measurement ToTheEnd)> CreateToTheEndAsync(
        DeskOfItsOwn desk, HttpClient agent, int tickets, int clients, Func<double> cpu, int before)
    {
        var acknowledged = new Dictionary<string, DateTime>(tickets);
        var cpuBefore = cpu();
        var watch = Stopwatch.StartNew();
        var created = await ClosedLoop.RunAsync("create by API, acknowledged", clients, tickets, TimeSpan.FromMinutes(20), cpu, 600, async (_, number) =>
        {
            var made = await CreateAsync(agent, number);
            var at = TimeProvider.System.GetUtcNow().UtcDateTime;
            lock (acknowledged)
                acknowledged[made] = at;
        });
        await UntilTheEndAsync(desk, before + created.Operations, TimeSpan.FromMinutes(20));
        var seconds = watch.Elapsed.TotalSeconds;
        // The sink's file is the last thing that happens to a new ticket: registered, triaged, proposed, then told.
        var delays = Confirmations(desk)
            .Where(file => acknowledged.ContainsKey(NumberIn(file)))
            .Select(file => (file.LastWriteTimeUtc - acknowledged[NumberIn(file)]).TotalMilliseconds)
            .Order().ToArray();
        return (created, ClosedLoop.Summary("create to the end (triaged, proposed, told)", delays, tickets - delays.Length, seconds, cpu() - cpuBefore, 300));
    }

    /// <summary>Mails through the front door: acknowledged, and then committed, triaged and confirmed to the last one.</summary>
    private static async Task<(Measurement Acknowledged, Measurement ToTheEnd)> SmtpToTheEndAsync(
        DeskOfItsOwn desk, int mails, int clients, Func<double> cpu, int before)
    {
        var cpuBefore = cpu();
        var watch = Stopwatch.StartNew();
        var senders = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => SmtpSender.ConnectAsync("localhost", desk.SmtpPort)));
        Measurement taken;
        try
        {
            taken = await ClosedLoop.RunAsync("SMTP in, acknowledged", clients, mails, TimeSpan.FromMinutes(20), cpu, null, async (client, number) =>
            {
                var story = Stories.Number(2_000_000 + number);
                var reply = await senders[client].SendAsync(story.Email, "support@desk.example", Mail(story, $"bench-{number}@sender.example"));
                if (reply.Code != 250)
                    throw new InvalidOperationException(reply.Text);
            });
        }
        finally
        {
            foreach (var sender in senders)
                await sender.DisposeAsync();
        }
        await UntilTheEndAsync(desk, before + taken.Operations, TimeSpan.FromMinutes(20));
        var seconds = watch.Elapsed.TotalSeconds;
        // A confirmation does not say which mail it answers, so there is a rate and no latency.
        return (taken, taken with
        {
            What = "SMTP in to the end (triaged, proposed, told)",
            Seconds = seconds,
            P50 = double.NaN,
            P95 = double.NaN,
            P99 = double.NaN,
            CpuMsPerOperation = (cpu() - cpuBefore) * 1000 / taken.Operations,
            Aim = 270,
        });
    }

    internal static byte[] Mail(Story story, string messageId) => Encoding.UTF8.GetBytes(
        $"""
        From: "{story.Name}" <{story.Email}>
        To: support@desk.example
        Subject: {story.Subject}
        Message-ID: <{messageId}>
        Date: Mon, 16 Nov 2026 08:12:00 +0100
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        {story.Body}

        """.ReplaceLineEndings("\r\n"));

    internal static async Task<string> CreateAsync(HttpClient client, int number)
    {
        var story = Stories.Number(number);
        var body = JsonSerializer.SerializeToUtf8Bytes(new { subject = story.Subject, body = story.Body, requester = new { email = story.Email, name = story.Name }, channel = "phone" });
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await client.PostAsync("/api/v1/tickets", content);
        var text = await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode != HttpStatusCode.Created)
            throw new InvalidOperationException($"{(int)answer.StatusCode} {Encoding.UTF8.GetString(text)}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.GetProperty("number").GetString()!;
    }

    private static async Task GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}.");
    }

    private static async Task<List<string>> NumbersAsync(HttpClient client, int count)
    {
        var numbers = new List<string>();
        string? after = null;
        do
        {
            using var document = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/tickets?limit=200{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}"));
            numbers.AddRange(document.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetString()!));
            after = document.RootElement.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (numbers.Count < count && after is not null);
        return numbers;
    }

    /// <summary>A browser's session of a demo agent.</summary>
    private static async Task<HttpClient> SignedInAsync(DeskOfItsOwn desk)
    {
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(desk.State, "demo-people.json")));
        var person = document.RootElement.EnumerateArray().First(item => item.GetProperty("role").GetString() == "agent");
        var client = desk.NewClient(keepCookies: true);
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Origin", desk.Address.GetLeftPart(UriPartial.Authority));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["email"] = person.GetProperty("email").GetString()!,
            ["password"] = person.GetProperty("password").GetString()!,
            ["returnUrl"] = "/agent",
        });
        using var answer = await client.PostAsync("/account/sign-in", form);
        return (int)answer.StatusCode is >= 300 and < 400 ? client : throw new InvalidOperationException($"Sign-in answered {(int)answer.StatusCode}.");
    }

    private static IEnumerable<FileInfo> Confirmations(DeskOfItsOwn desk)
        => new DirectoryInfo(desk.MailFolder).EnumerateFiles(ConfirmationFiles, SearchOption.AllDirectories);

    /// <summary><c>{time}-D-1042-confirmation-{id}.eml</c>.</summary>
    private static string NumberIn(FileInfo file)
    {
        var start = file.Name.IndexOf("-D-", StringComparison.Ordinal) + 1;
        return file.Name[start..file.Name.IndexOf("-confirmation-", StringComparison.Ordinal)];
    }

    // Names alone, and seldom while many are missing: what is measured shares its cores with whoever measures.
    private static async Task UntilTheEndAsync(DeskOfItsOwn desk, int confirmations, TimeSpan atMost)
    {
        var watch = Stopwatch.StartNew();
        while (confirmations - Told() is > 0 and var missing)
        {
            if (watch.Elapsed > atMost)
                throw new TimeoutException($"Waited {atMost.TotalSeconds:0} s for {confirmations} confirmations; {missing} are missing.");
            await Task.Delay(Math.Clamp(missing, 20, 1000));
        }

        int Told() => Directory.Exists(desk.MailFolder) ? Directory.EnumerateFiles(desk.MailFolder, ConfirmationFiles, SearchOption.AllDirectories).Count() : 0;
    }

    private static void Header()
        => Console.WriteLine($"{"what",-46} {"n",7} {"failed",6} {"rate/s",9} {"aim",6} {"p50 ms",8} {"p95 ms",8} {"p99 ms",8} {"CPU ms/op",10}");

    private static void Print(Measurement m) => Console.WriteLine(Invariant(
        $"{m.What,-46} {m.Operations,7} {m.Failures,6} {m.Rate,9:0} {(m.Aim is { } aim ? aim.ToString("0", CultureInfo.InvariantCulture) : ""),6} {m.P50,8:0.0} {m.P95,8:0.0} {m.P99,8:0.0} {m.CpuMsPerOperation,10:0.00}"));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
        return $"{Environment.ProcessorCount} cores, {model}, .NET {Environment.Version}";
    }
}
