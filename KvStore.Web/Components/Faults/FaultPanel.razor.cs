using System.Collections.Immutable;
using KvStore.Client;
using KvStore.Web.Cluster;
using KvStore.Web.Faults;
using KvStore.Web.Follow;
using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Faults;

/// <summary>Chooses members and what is done to them on purpose, shows what is, and undoes it.</summary>
public sealed partial class FaultPanel : BusyComponent
{
    private readonly HashSet<string> _chosen = [];
    private readonly HashSet<string> _others = [];
    private readonly HashSet<string> _harmable = [];
    private readonly HashSet<string> _gone = [];
    private ImmutableArray<MemberView> _members = [];
    private ImmutableArray<StandingFault> _standing = [];
    private IReadOnlyList<string> _problems = [];
    private string[] _killed = [];
    private FaultAction _action = FaultAction.Partition;
    private int _delay = 200;
    private int _percent = 30;
    private int _minutes = 5;

    [Parameter]
    [EditorRequired]
    public required ClusterSnapshot Snapshot { get; set; }

    [Inject]
    internal FaultOperations Operations { get; set; } = null!;

    [Inject]
    internal DashboardLinks Dashboard { get; set; } = null!;

    // What is pressed before the page is connected is heard by nobody.
    private bool IsShut => IsBusy || !RendererInfo.IsInteractive;

    private bool HasEnds => _action is FaultAction.Slow or FaultAction.Drop or FaultAction.Partition;

    private FaultChoice Choice =>
        new(_action, [.. _chosen.Order(NaturalOrder.Instance)], HasEnds ? [.. _others.Order(NaturalOrder.Instance)] : [])
        {
            DelayMilliseconds = _delay,
            Percent = _percent,
            Minutes = _minutes,
        };

    private string Meaning => _action switch
    {
        FaultAction.Slow => "What they send to the other end leaves later: every round trip takes at least so much longer. A link that is silent for 3 s is given up.",
        FaultAction.Drop => "A share of the frames and packets between them and the other end is lost, each way.",
        FaultAction.Partition => "They and the other end hear nothing of each other.",
        FaultAction.Pause => "Each of them hears nothing of any member, and no member of it. Undo resumes it.",
        FaultAction.Kill => "Their processes end at once, like kill -9, and stay ended until somebody starts them.",
        _ => throw new InvalidOperationException($"Unknown action {_action}."),
    };

    private string Verb => $"{_action}{(_chosen.Count == 0 ? "" : $" {string.Join(", ", _chosen.Order(NaturalOrder.Instance))}")}";

    protected override void OnParametersSet()
    {
        _members = [.. Snapshot.Members.Where(member => member.Ordinal is not null)];
        _standing = StandingFault.Of(Snapshot);
        _harmable.Clear();
        _harmable.UnionWith(_members.Where(CanBeHarmed).Select(member => member.Name));
        _chosen.IntersectWith(_harmable);
        _others.RemoveWhere(name => _members.All(member => member.Name != name));

        // One that was seen gone and answers again was started by somebody.
        _gone.UnionWith(_killed.Where(name => Snapshot.Member(name)?.Reachability != Reachability.Reachable));
        _killed = [.. _killed.Where(name => !_gone.Contains(name) || Snapshot.Member(name)?.Reachability != Reachability.Reachable)];
    }

    private static bool CanBeHarmed(MemberView member) => member is { Reachability: Reachability.Reachable, Status.AllowsFaults: true };

    private static string WhyNot(MemberView member) => member.Reachability == Reachability.Reachable ? ": AllowFaults is off" : ": does not answer";

    private static void Set(HashSet<string> names, string name, bool isIn)
    {
        if (isIn)
        {
            names.Add(name);
        }
        else
        {
            names.Remove(name);
        }
    }

    private Task BeginAsync() => AloneAsync(async () =>
    {
        FaultChoice choice = Choice;
        FaultPlan plan = FaultPlan.Of(choice, [.. _members.Select(member => member.Name)]);
        _problems = plan.Problem is { } problem ? [problem] : await Operations.RunAsync(plan);
        _gone.Clear();
        _killed = _action == FaultAction.Kill && _problems.Count == 0 ? [.. choice.Members] : [];
    });

    private Task EndAsync(StandingFault standing) => AloneAsync(async () =>
        _problems = await Operations.EndAsync(standing.Member, standing.Fault.Id) is { } problem ? [problem] : []);

    private Task EndAllAsync() => AloneAsync(async () =>
    {
        string?[] problems = await Task.WhenAll(_standing.Select(standing => standing.Member).Distinct().Select(member => Operations.EndAsync(member, id: null)));
        _problems = [.. problems.OfType<string>()];
    });
}
