using Desk.Routing.SetUp;
using Npgsql;

namespace Desk.Routing.Holders;

/// <summary>
/// Three desks for a look, in Development: the service desk works in lines with time boxes, the schools' desk without lines, the library's
/// in both ways. Written once, over the set-up that a new desk has; what a person has written is left alone.
/// </summary>
internal sealed partial class DemoDesks(IHostEnvironment environment, SetUpStore store, SetUpCache setUp, TimeProvider clock, ILogger<DemoDesks> logger) : BackgroundService
{
    private static readonly (string Kind, string Document)[] Documents =
    [
        ("teams", """
            {"items":[
              {"key":"service-desk","sv":"Servicedesk","en":"Service desk","line":"first","model":"lines","timeBox":"PT5M","timeBoxGrace":"PT30M"},
              {"key":"network","sv":"Nätverk","en":"Network","line":"second","model":"lines","escalatesTo":"experts","timeBox":"PT1H",
               "needs":[{"key":"where","sv":"Var (plats, uttag eller nätnamn)?","en":"Where (place, socket or network name)?"},{"key":"tried","sv":"Vad är provat?","en":"What has been tried?"},{"key":"since","sv":"Sedan när?","en":"Since when?","required":false}]},
              {"key":"workplace","sv":"Arbetsplats","en":"Workplace","line":"second","model":"lines","escalatesTo":"experts","timeBox":"PT1H",
               "needs":[{"key":"machine","sv":"Vilken dator eller skrivare?","en":"Which computer or printer?"}]},
              {"key":"applications","sv":"Verksamhetssystem","en":"Applications","line":"second","model":"lines","escalatesTo":"experts","timeBox":"PT1H",
               "needs":[{"key":"system","sv":"Vilket system?","en":"Which system?"},{"key":"steps","sv":"Hur återskapas felet?","en":"How is the fault reproduced?"}]},
              {"key":"experts","sv":"Experter","en":"Experts","line":"expert","model":"lines","assign":"byHand","takeBackAfter":"PT8H"},
              {"key":"school","sv":"Skolans it","en":"School IT","model":"noLines","assign":"roundRobin","sameAgent":true},
              {"key":"library","sv":"Biblioteksdesken","en":"Library desk","model":"mixed","assign":"byHand","escalatesTo":"workplace","timeBox":"PT30M","takeBackAfter":"PT4H"}
            ]}
            """),
        ("skills", """
            {"items":[
              {"key":"identity","sv":"Konton och behörighet","en":"Accounts and access","categories":["account.access"],"level":1},
              {"key":"network","sv":"Nätverk","en":"Networks","categories":["network.vpn","network.wifi"],"level":1}
            ]}
            """),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!environment.IsDevelopment())
            return;
        try
        {
            foreach (var (kind, document) in Documents)
                await store.WriteAsync(kind, document, expected: 1, "desk", clock.GetUtcNow(), stoppingToken);
            setUp.Forget();
        }
        catch (NpgsqlException failure)
        {
            LogAway(logger, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The demo desks could not be written: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
