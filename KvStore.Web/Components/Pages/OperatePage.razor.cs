using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Display;
using KvStore.Web.Operations;
using KvStore.Web.Ring;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Pages;

/// <summary>Has members go: shows the plan, wants the member's name typed, begins just that plan, and says how far it is.</summary>
public sealed partial class OperatePage : BusyComponent
{
    private MeasureReadings _slots = MeasureReadings.Of(ClusterSnapshot.Empty, RingMeasure.Slots);
    private MembershipChange _change;
    private PlanOutcome? _outcome;
    private ChangePlan? _begun;
    private string? _kept;
    private string _typed = "";
    private string _joining = "";
    private string _with = "";
    private string? _replaced;
    private bool _isForced;

    [CascadingParameter]
    public required ClusterSnapshot Snapshot { get; set; }

    /// <summary>The member that is to be looked at.</summary>
    [SupplyParameterFromQuery]
    public string? Member { get; set; }

    [Inject]
    internal MemberOperations Operations { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Pending => Snapshot.ToldByMembers.Select(status => status.TopologyPending).FirstOrDefault(words => words.Length > 0, "");

    protected override void OnParametersSet() => _slots = MeasureReadings.Of(Snapshot, RingMeasure.Slots);

    // Of those that say something the one that would act first.
    private Eviction? EvictionOf(MemberView member) => Snapshot.ToldByMembers.SelectMany(status => status.Evictions)
        .Where(eviction => eviction.Member == member.Name)
        .OrderByDescending(eviction => eviction.IsKept).ThenBy(eviction => eviction.Left ?? TimeSpan.MaxValue).FirstOrDefault();

    private static string ToneOf(MemberView member) => (member.Serves, member.Liveness) switch
    {
        (false, _) or (_, "dead") => "bad",
        (_, "suspect") => "warn",
        _ => "good",
    };

    private static bool IsLost(MemberView member) => member.Reachability == Reachability.Unreachable || member.Liveness == "dead";

    private static string Ahead(Eviction eviction) => eviction switch
    {
        { IsKept: true } => $"dead for {Figures.Elapsed(eviction.DeadFor)}; kept until it is alive again",
        { Obstacle.Length: > 0 } => $"dead for {Figures.Elapsed(eviction.DeadFor)}; not removed: {eviction.Obstacle}",
        { Left: { } left } => $"removed in {Figures.Elapsed(left)} unless it comes back; {eviction.Agreeing.Count} of {eviction.Needed} needed agree",
        _ => $"dead for {Figures.Elapsed(eviction.DeadFor)}; never removed by itself",
    };

    private static string RefusalTitle(RefusalKind kind) => kind switch
    {
        RefusalKind.Refused => "The cluster refuses this",
        RefusalKind.Outdated => "The plan is outdated: nothing was done",
        RefusalKind.NotAnswered => "Nobody answered: nothing was done",
        RefusalKind.Unknown => "Not known whether it has begun",
        _ => throw new InvalidOperationException($"{kind} is no refusal."),
    };

    private static string PlanSentence(ChangePlan plan) => plan.Moves.Count == 0
        ? plan.Change == MembershipChange.Join
            ? "No slot moves from one member to another: each is to have more copies than there are members, and the node takes one of every slot."
            : $"Nothing moves: {plan.Member} holds no replica that somebody else could take over. Keys have fewer copies afterwards."
        : $"{Figures.Count(plan.SlotsMoved)} replicas of slots move, {Figures.Count(plan.SlotsMovedLeast)} would be the fewest for these shares: about "
            + $"{Figures.Count(plan.Moves.Sum(move => move.Keys))} keys and {Figures.Bytes(plan.Moves.Sum(move => move.Bytes))}. "
            + plan.Change switch
            {
                MembershipChange.Replace => $"It would begin when {plan.With} is started; {plan.Member} stays dead until then, and is not replaced if it comes back. ",
                MembershipChange.Join => $"It would begin by itself when {plan.Member} is started. Which slots it is to own is drawn only then; so many they will be. ",
                _ => $"It would begin with epoch {plan.Epoch}. ",
            }
            + "Clients read and write meanwhile. Nothing is done yet.";

    private static string Happening(ChangePlan plan) => plan.Change switch
    {
        MembershipChange.Leave => "leaves",
        MembershipChange.Remove => "is removed",
        MembershipChange.Replace => $"is replaced by {plan.With}",
        MembershipChange.Join => "joins",
        _ => throw new InvalidOperationException($"{plan.Change} is no change."),
    };

    private Task PlanAsync(MembershipChange change, string member, bool isForced = false) => AloneAsync(async () =>
    {
        (_change, _isForced, _typed, _kept) = (change, isForced, "", null);
        _outcome = await Operations.PlanAsync(change, member, isForced, change == MembershipChange.Replace ? _with.Trim() : "");

        // The address says what is looked at, so that it can be sent to somebody.
        Navigation.NavigateTo($"/operate?member={Uri.EscapeDataString(member)}", replace: true);
    });

    private Task BeginAsync() => AloneAsync(async () =>
    {
        if (_outcome?.Plan is not { } plan || _typed != plan.Member)
        {
            return;
        }

        PlanOutcome outcome = await Operations.BeginAsync(plan, _isForced);
        _begun = outcome.Plan ?? _begun;
        _replaced = outcome.Plan is null ? _replaced : null;
        _outcome = outcome.Plan is null ? outcome : null;
        _typed = "";
    });

    private Task KeepAsync(string member) => AloneAsync(async () =>
    {
        string? failure = await Operations.KeepAsync(member);
        _kept = failure ?? $"{member} is kept: it is not removed by itself, however long it is dead, until it was alive again.";
    });

    private void Forget() => (_outcome, _typed) = (null, "");
}
