using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Desk.Bench.Load;
using Npgsql;

namespace Desk.Bench.Routing;

/// <summary>
/// Fills a desk with open tickets by copying one that came through the front door, moved in time, in Intake's and Routing's own tables: the same rows as if each
/// had been registered, in minutes instead of an hour. Opening hours are all day, so that moving a ticket moves its promises as far.
/// </summary>
internal static class OpenTickets
{
    private const int MostAtOnce = 20_000;

    /// <summary>Every hour is an opening hour, and the least urgent must be answered in 40 seconds, of which 20 are a warning.</summary>
    public static async Task OpenAllDayAsync(HttpClient admin)
    {
        await ChangeAsync(admin, "calendars", calendars =>
        {
            foreach (var calendar in calendars)
            {
                var day = """[["00:00","24:00"]]""";
                calendar!["hours"] = new JsonObject(Enum.GetNames<DayOfWeek>().Select(name => KeyValuePair.Create(name.ToLowerInvariant(), JsonNode.Parse(day))));
                calendar["holidays"] = null;
                calendar["eves"] = false;
                calendar["daysOff"] = new JsonArray();
            }
        });
        await ChangeAsync(admin, "agreements", agreements =>
        {
            foreach (var agreement in agreements)
            {
                agreement!["atRisk"] = 0.5;
                agreement["targets"]!["P5"] = JsonNode.Parse("""{"answer":"PT40S","reply":"PT100H","update":"PT100H","resolution":"PT100H"}""");
            }
        });
    }

    private static async Task ChangeAsync(HttpClient admin, string kind, Action<JsonArray> change)
    {
        var path = $"/api/v1/routing/{kind}";
        var document = (await admin.GetFromJsonAsync<JsonNode>(path))!.AsObject();
        change(document["items"]!.AsArray());
        using var answer = await admin.PutAsJsonAsync(path, document);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Registers a ticket and waits until Routing has said so much of it. Returns its number.</summary>
    public static async Task<string> RegisterAsync(DeskOfItsOwn desk, HttpClient agent, string urgency, string untilFact)
    {
        using var answer = await agent.PostAsJsonAsync("/api/v1/tickets", new
        {
            subject = "Skrivaren på plan 3 skriver inte ut",
            body = "Den blinkar bara.",
            requester = new { email = $"bench-{urgency}@nordvik.example", name = "Rut Hansson" },
            channel = "phone",
            impact = "one",
            urgency,
        });
        using var made = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync());
        var number = made.RootElement.GetProperty("number").GetString()!;
        await using var routing = NpgsqlDataSource.Create(Address(desk, "routing"));
        await using var intake = NpgsqlDataSource.Create(Address(desk, "intake"));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await ScalarAsync(routing, "select count(*) from timeline join work_item using (ticket_id) where number = $1 and timeline.kind = $2", number, untilFact) == 0
            || await ScalarAsync(intake, "select work_version from ticket where 'D-' || number = $1", number) == 0)
        {
            await pace.WaitForNextTickAsync(limit.Token);
        }
        return number;
    }

    /// <summary>
    /// Copies the ticket so many times: time alone will next change the first of them at <paramref name="from"/>, the last so much later, the others evenly between. Their
    /// numbers count from <paramref name="firstNumber"/>. Teams, priorities, holders and due times in Intake's lists are varied.
    /// </summary>
    public static async Task CopyAsync(DeskOfItsOwn desk, string number, int count, int firstNumber, DateTimeOffset from, TimeSpan over)
    {
        await using var routing = NpgsqlDataSource.Create(Address(desk, "routing") + ";Command Timeout=600");
        await using var intake = NpgsqlDataSource.Create(Address(desk, "intake") + ";Command Timeout=600");
        await using var inRouting = await routing.OpenConnectionAsync();
        await using var inIntake = await intake.OpenConnectionAsync();
        // The original goes on living: what is copied is how it stands now.
        await RunAsync(inRouting, "create temp table copied_item as select * from work_item where number = $1", number);
        await RunAsync(inRouting, "create temp table copied_fact as select timeline.* from timeline join work_item using (ticket_id) where number = $1", number);
        await RunAsync(inIntake, "create temp table copied as select * from ticket where 'D-' || number = $1", number);
        var agents = await AgentsAsync(routing);
        for (var first = 0; first < count; first += MostAtOnce)
        {
            var last = Math.Min(count, first + MostAtOnce) - 1;
            await RunAsync(inRouting, $$"""
                insert into work_item ({{await ColumnsAsync(inRouting, "work_item")}})
                select {{await ColumnsAsync(inRouting, "work_item", "made.")}}
                from generate_series($1::int, $2::int) as i
                cross join lateral (select copied_item.*, $3::timestamptz + $4::interval * (i::float8 / $5) - copied_item.wake_at as later from copied_item) as old
                cross join lateral jsonb_populate_record(null::work_item, to_jsonb(old) || jsonb_build_object(
                    'ticket_id', md5('copy ' || ($6::int + i))::uuid, 'number', 'D-' || ($6::int + i), 'registered_at', old.registered_at + later,
                    'updated_at', old.updated_at + later, 'next_step_at', old.next_step_at + later, 'wake_at', old.wake_at + later,
                    'promise_at', old.promise_at + later, 'silent_at', old.silent_at + later)) as made
                """, first, last, from.ToUniversalTime(), over, Math.Max(1, count - 1), firstNumber);
            await RunAsync(inRouting, """
                insert into timeline (ticket_id, seq, at, kind, fact)
                select made.ticket_id, old.seq, old.at + later, old.kind,
                    replace(replace(replace(replace(old.fact::text, old.fact ->> 'at', pg_temp.told((old.fact ->> 'at')::timestamptz + later)),
                        coalesce(old.fact ->> 'dueAt', '-none-'), coalesce(pg_temp.told((old.fact ->> 'dueAt')::timestamptz + later), '')),
                        old.ticket_id::text, made.ticket_id::text), '"' || item.number || '"', '"' || made.number || '"')::json
                from generate_series($1::int, $2::int) as i
                join work_item made on made.number = 'D-' || ($3::int + i)
                cross join copied_item item
                cross join lateral (select made.wake_at - item.wake_at as later) as moved
                cross join copied_fact old
                """, first, last, firstNumber);
            await RunAsync(inIntake, $$"""
                insert into ticket ({{await ColumnsAsync(inIntake, "ticket")}})
                select {{await ColumnsAsync(inIntake, "ticket", "made.")}}
                from generate_series($1::int, $2::int) as i
                cross join copied old
                cross join lateral jsonb_populate_record(null::ticket, to_jsonb(old) || jsonb_build_object(
                    'id', md5('copy ' || ($3::int + i))::uuid, 'number', $3::int + i, 'priority', 2 + i % 4,
                    'team', (array['service-desk', 'network', 'workplace', 'applications'])[1 + i % 4],
                    'assignee_id', case when i % 3 > 0 then ($4::uuid[])[1 + i % cardinality($4)] end,
                    'created_at', now() - i * interval '2 seconds', 'updated_at', now() - i * interval '2 seconds', 'due_at', $5::timestamptz + $6::interval * (i::float8 / $7))) as made
                """, first, last, firstNumber, agents, from.ToUniversalTime(), over, Math.Max(1, count - 1));
        }
        foreach (var (connection, tables) in new[] { (inRouting, "work_item, timeline"), (inIntake, "ticket") })
            await RunAsync(connection, $"vacuum analyze {tables}");
    }

    public static string Address(DeskOfItsOwn desk, string service) => desk.EnvironmentOf(service)[$"ConnectionStrings__{service}"];

    public static async Task<double> ScalarAsync(NpgsqlDataSource database, string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync() is { } found and not DBNull ? Convert.ToDouble(found, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }

    private static async Task<Guid[]> AgentsAsync(NpgsqlDataSource routing)
    {
        await using var command = routing.CreateCommand("select array_agg(id order by id) from agent where active and role in ('agent', 'lead')");
        return (Guid[])(await command.ExecuteScalarAsync())!;
    }

    private static async Task<string> ColumnsAsync(NpgsqlConnection connection, string table, string prefix = "")
    {
        await using var command = new NpgsqlCommand(
            "select string_agg($2 || column_name, ', ' order by ordinal_position) from information_schema.columns where table_name = $1 and table_schema = 'public' and is_generated = 'NEVER'", connection)
        { Parameters = { new() { Value = table }, new() { Value = prefix } } };
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using (var told = new NpgsqlCommand(
            """
            create or replace function pg_temp.told(at timestamptz) returns text language sql as
            $$ select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') $$
            """, connection))
        {
            await told.ExecuteNonQueryAsync();
        }
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
