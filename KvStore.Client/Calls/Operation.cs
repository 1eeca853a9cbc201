namespace KvStore.Client.Calls;

/// <summary>What is asked of a member: its name in telemetry, and whether asking twice is harmless.</summary>
internal sealed record Operation(string Name, bool IsRead)
{
    public static readonly Operation Get = new("get", IsRead: true);
    public static readonly Operation Put = new("put", IsRead: false);
    public static readonly Operation Delete = new("delete", IsRead: false);
    public static readonly Operation Increment = new("increment", IsRead: false);
    public static readonly Operation Append = new("append", IsRead: false);
    public static readonly Operation Scan = new("scan", IsRead: true);
    public static readonly Operation Batch = new("batch", IsRead: false);
    public static readonly Operation BatchOfReads = new("batch", IsRead: true);
    public static readonly Operation GetTopology = new("topology", IsRead: true);
    public static readonly Operation WatchTopology = new("watch_topology", IsRead: true);
    public static readonly Operation GetStatus = new("status", IsRead: true);
    public static readonly Operation WatchStatus = new("watch_status", IsRead: true);
    public static readonly Operation GetSlots = new("slots", IsRead: true);
    public static readonly Operation Explain = new("explain", IsRead: true);
    public static readonly Operation Follow = new("follow", IsRead: false);
    public static readonly Operation PlanChange = new("plan_change", IsRead: true);
    public static readonly Operation ChangeMembers = new("change_members", IsRead: false);
    public static readonly Operation BeginFault = new("begin_fault", IsRead: false);
    public static readonly Operation EndFault = new("end_fault", IsRead: false);
    public static readonly Operation Kill = new("kill", IsRead: false);
    public static readonly Operation KeepMember = new("keep_member", IsRead: true);
}
