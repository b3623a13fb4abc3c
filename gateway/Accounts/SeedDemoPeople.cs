using System.Text.Json;
using System.Text.Json.Serialization;
using Desk.Contracts;
using Desk.Gateway.Api;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Desk.Gateway.Accounts;

/// <summary>
/// In Development only: people to try the desk as, with passwords made anew for each desk and written to a file that only its owner can read. There
/// is no password that is the same on two machines. The desk is not ready before they are there; and they are not made before the services listen,
/// for the others know the desk's agents only by what is said when an account is made.
/// </summary>
internal sealed class SeedDemoPeople(IServiceScopeFactory scopes, AccountStore accounts, ServicesReady services, IConfiguration configuration, TimeProvider clock)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private volatile bool _done;

    private static readonly (string Name, string Email, Role Role)[] People =
    [
        ("Astrid Berg", "astrid.berg@desk.example", Role.Admin),
        ("Leif Ström", "leif.strom@desk.example", Role.Lead),
        ("Anna Lind", "anna.lind@desk.example", Role.Agent),
        ("Bo Ek", "bo.ek@desk.example", Role.Agent),
        ("Cecilia Dahl", "cecilia.dahl@desk.example", Role.Agent),
        ("Daniel Nyman", "daniel.nyman@desk.example", Role.Agent),
        ("Rut Hansson", "rut.hansson@nordvik.example", Role.Requester),
        ("Erik Sund", "erik.sund@lindqvist.example", Role.Requester),
    ];

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(_done ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The demo people are not there yet."));

    protected override async Task ExecuteAsync(CancellationToken cancellation)
    {
        await SeedAsync(cancellation);
        _done = true;
    }

    private async Task SeedAsync(CancellationToken cancellation)
    {
        var file = configuration["Desk:DemoPeopleFile"]!;
        using var scope = scopes.CreateScope();
        var identity = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var known = new List<Account?>();
        foreach (var (_, email, _) in People)
            known.Add(await accounts.FindByNameAsync(email, cancellation));
        if (File.Exists(file) && known.All(account => account is not null))
            return;
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < Patience && (await services.AwayAsync(cancellation)).Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(250), clock, cancellation);

        var written = new List<DemoPerson>();
        foreach (var ((name, email, role), account) in People.Zip(known))
        {
            var password = Passwords.Random();
            if (account is null)
            {
                Require(await identity.CreateAsync(new Account { Email = email, Name = name, Role = role, Language = "sv" }, password));
            }
            else
            {
                account.PasswordHash = identity.PasswordHasher.HashPassword(account, password);
                Require(await accounts.UpdateAsync(account, cancellation));
            }
            written.Add(new DemoPerson(name, email, password, role.Word()));
        }
        Write(file, written);
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException(string.Join(" ", result.Errors.Select(error => error.Description)));
    }

    private static void Write(string file, List<DemoPerson> people)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var fresh = file + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(fresh, options))
            JsonSerializer.Serialize(stream, people, DemoJson.Default.ListDemoPerson);
        File.Move(fresh, file, overwrite: true);
    }
}

internal sealed record DemoPerson(string Name, string Email, string Password, string Role);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<DemoPerson>))]
internal sealed partial class DemoJson : JsonSerializerContext;
