namespace KvStore.Web.Keys;

/// <summary>How an operation ended, for the mark beside its report.</summary>
public enum ReportTone
{
    /// <summary>As asked.</summary>
    Done,

    /// <summary>Answered, with nothing to show or to do.</summary>
    Nothing,

    /// <summary>Refused or not answered; nothing changed.</summary>
    NotApplied,

    /// <summary>Not answered; it may have taken effect.</summary>
    Unknown,
}
